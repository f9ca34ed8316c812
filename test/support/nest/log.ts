import { NestLoggerHooks } from '../../../lib/hooks/nest-logger.hooks.js';
import { redactKey } from '../../../lib/keys/redact-key.js';

/** What the hooks wrote, at a time that the test says. */
export class Log {
  readonly lines: string[] = [];
  now = 0;
  readonly hooks = new NestLoggerHooks({
    logger: {
      error: (line) => this.lines.push(`error ${line}`),
      warn: (line) => this.lines.push(`warn ${line}`),
      log: (line) => this.lines.push(`log ${line}`),
    },
    redactKey,
    clock: () => this.now,
  });

  fault(operation: 'get' | 'set', cause: unknown, key?: string, namespace = 'user'): void {
    this.hooks.onEvent({ type: 'fault', namespace, operation, key, cause });
  }
}
