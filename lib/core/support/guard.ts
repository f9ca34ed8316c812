import type { FillPatience } from '../../contracts/fill-patience.js';
import type { CacheOperation } from '../../contracts/hooks.js';
import { CasTimeoutError } from '../../errors.js';
import { Deadlines } from './deadlines.js';
import type { Timers } from '../../common/timers.js';
import type { Reporter } from './reporter.js';

/**
 * Keeps the faults of stores, and their silence, away from callers: what fails or takes too long is reported and
 * replaced.
 */
export class Guard {
  private readonly deadlines: Deadlines;

  constructor(
    private readonly reporter: Reporter,
    timeoutMs: number,
    timers: Timers | undefined,
  ) {
    this.deadlines = new Deadlines(timeoutMs, timers);
  }

  /** The answer of `work`, or `otherwise()` once it has failed or the deadline has passed. */
  within<T>(operation: CacheOperation, key: string | undefined, work: PromiseLike<T>, otherwise: () => T): Promise<T> {
    const failed = (cause: unknown): T => {
      this.reporter.fault(operation, key, cause);
      return otherwise();
    };
    return this.deadlines.guard(work, () => failed(this.timeout(operation, key)), failed);
  }

  /** The answer of `work`, which must not fail, or `late()` once the deadline has passed. Nothing is reported. */
  orLate<T>(work: PromiseLike<T>, late: () => T): Promise<T> {
    return this.deadlines.guard(work, late);
  }

  /** For a fill that nobody waits for once it is held back. */
  patience(heldBack: (() => void) | undefined): FillPatience | undefined {
    return heldBack && { ms: this.deadlines.timeoutMs, heldBack };
  }

  timeout(operation: CacheOperation, key: string | undefined): CasTimeoutError {
    const { namespace } = this.reporter;
    const silent = operation === 'guard' ? 'The readGuard did not answer' : `The stores did not answer "${operation}"`;
    const message = `${silent} within ${this.deadlines.timeoutMs} ms. Look at ${operation === 'guard' ? 'it' : 'them'}, or raise the timeout of namespace "${namespace}".`;
    return new CasTimeoutError(message, { namespace, key });
  }
}
