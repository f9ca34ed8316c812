import { inspect } from 'node:util';

import type { LoggerService } from '@nestjs/common';
import type { CacheEvent, CasHooks } from 'nestjs-cascache';

import { SeenTexts } from '../redis/trace-screen.js';

/**
 * All that an application hears of its cache: log lines, events, warnings of the process, and what calls reject with.
 */
export class EverythingSaid implements CasHooks, LoggerService {
  readonly lines: string[] = [];
  readonly types = new Set<CacheEvent['type']>();
  readonly errors: Error[] = [];
  /** Events and errors, with everything that hangs on them but the caller's keys, which hooks and code are handed. */
  private readonly seen = new SeenTexts();
  /** Texts for people: nothing of a key may be in them either. */
  private readonly messages: string[] = [];

  onEvent(event: CacheEvent): void {
    this.types.add(event.type);
    const { key: _, keys: __, ...rest } = event as CacheEvent & { key?: unknown; keys?: unknown };
    this.see(rest);
    if (event.type === 'warning') this.messages.push(event.message);
  }

  readonly onWarning = (warning: Error): void => this.see(warning);

  log(...what: unknown[]): void {
    this.lines.push(what.map((each) => (typeof each === 'string' ? each : inspect(each, { depth: 10 }))).join(' '));
  }
  error(...what: unknown[]): void {
    this.log(...what);
  }
  warn(...what: unknown[]): void {
    this.log(...what);
  }

  /** Does it, and hears what it rejects with or throws. */
  async hear(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.errors.push(error as Error);
      this.see(error);
    }
  }

  leaked(secrets: readonly string[], keys: readonly string[] = []): string[] {
    const readable = new SeenTexts();
    for (const line of this.lines) readable.add(line);
    for (const message of this.messages) readable.add(message);
    const found = [...readable.leaked([...secrets, ...keys]), ...this.seen.leaked(secrets)];
    return [...new Set(found)];
  }

  private see(what: unknown): void {
    this.seen.add(what);
    for (const error of errorsIn(what)) this.messages.push(error.message, error.stack ?? '');
  }
}

/** It, and every error that hangs on it. */
function errorsIn(value: unknown, found = new Set<Error>(), depth = 0): Set<Error> {
  if (typeof value !== 'object' || value === null || depth > 6 || found.has(value as Error)) return found;
  if (value instanceof Error) found.add(value);
  const inside: readonly unknown[] =
    value instanceof Map
      ? [...value.values()]
      : Reflect.ownKeys(value).map((name): unknown => Reflect.get(value, name));
  for (const each of inside) errorsIn(each, found, depth + 1);
  return found;
}
