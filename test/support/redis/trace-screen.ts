import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';

/** What a tracing tool is handed, as text in every way in which a tool may print it. */
export class SeenTexts {
  private readonly seen: string[] = [];

  add(what: unknown): void {
    this.seen.push(
      inspect(what, { depth: 10, maxArrayLength: null, maxStringLength: null, showHidden: true }),
      textOf(what),
    );
  }

  /** Those of the secrets that can be read, as text or as bytes in hexadecimal. */
  leaked(secrets: readonly string[]): string[] {
    const text = this.seen.join('\n');
    return secrets.filter((secret) => text.includes(secret) || text.includes(hexOf(secret)));
  }
}

/** Every channel that ioredis publishes on, and what a subscriber is handed there. */
export class TraceScreen {
  readonly texts = new SeenTexts();
  readonly commands: string[] = [];
  readonly errors: unknown[] = [];
  private readonly channels = ['command', 'batch', 'connect'].flatMap((what) =>
    ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((when) => channel(`tracing:ioredis:${what}:${when}`)),
  );

  open(): void {
    for (const each of this.channels) each.subscribe(this.see);
  }

  close(): void {
    for (const each of this.channels) each.unsubscribe(this.see);
  }

  private readonly see = (message: unknown, name: string | symbol): void => {
    const { command, error } = message as { command?: string; error?: unknown };
    if (command !== undefined && String(name).endsWith(':start')) this.commands.push(command);
    if (error !== undefined) this.errors.push(error);
    this.texts.add(message);
  };
}

/** As Node prints a Buffer. */
function hexOf(secret: string): string {
  return Buffer.from(secret)
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$& ');
}

/** Bytes and strings anywhere in it. */
function textOf(value: unknown, depth = 0): string {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth > 6) return '';
  return Reflect.ownKeys(value)
    .map((name) => textOf((value as Record<PropertyKey, unknown>)[name], depth + 1))
    .join(' ');
}
