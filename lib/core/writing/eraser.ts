import { attempt } from '../../common/attempt.js';
import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import { CasConfigError, CasTimeoutError } from '../../errors.js';
import { CasEraseError } from '../../write-errors.js';
import type { Backend } from '../stores/backend.js';
import { Deadlines } from '../support/deadlines.js';
import type { Reporter } from '../support/reporter.js';
import type { Invalidator } from './invalidator.js';
import { currentScope } from './transaction-scope.js';

/** An erasure may visit every key, so it may take much longer than an operation on one. */
const ERASE_MS = 60_000;

/** Ends the generations of keys, and then removes all that is stored of their values. */
export class Eraser {
  private readonly deadlines: Deadlines;

  /**
   * @param onTheirWayMs within which other processes store what they found current before its generation ended; 0: none
   *   can
   */
  constructor(
    private readonly backend: Pick<Backend<unknown, unknown>, 'erase'>,
    private readonly invalidator: Invalidator,
    private readonly reporter: Reporter,
    private readonly onTheirWayMs: number,
    private readonly timers: Timers = SYSTEM_TIMERS,
  ) {
    this.deadlines = new Deadlines(ERASE_MS, timers);
  }

  /**
   * The bytes go even where a generation could not be ended, and what is wrong with that is thrown then.
   *
   * @param keys without duplicates
   * @throws CasConfigError inside a transaction, CasInvalidateError, CasEraseError
   */
  async erase(keys: readonly string[]): Promise<void> {
    const { namespace } = this.reporter;
    if (currentScope() !== undefined) {
      const message = `erase of namespace "${namespace}" was called inside a transaction, which may yet be rolled back: call it when the transaction has ended.`;
      throw new CasConfigError(message, { namespace });
    }
    if (keys.length === 0) return;
    const invalidated = await attempt(() => this.invalidator.invalidate(keys));
    // A bulk entry is stored a moment after its members were found current, so one may still be on its way.
    if (this.onTheirWayMs > 0) {
      await new Promise<void>((resolve) => void this.timers.set(resolve, this.onTheirWayMs));
    }
    const erased = await this.deadlines.guard(
      attempt(() => this.backend.erase(keys)),
      () => this.slow(),
    );
    if (erased instanceof Error) this.reporter.fault('erase', undefined, erased);
    if (invalidated instanceof Error) throw invalidated;
    if (erased instanceof Error) {
      const message = `Not all that namespace "${namespace}" stores of the keys could be removed. They are invalidated, so none of it is served. Erase again once the stores answer.`;
      throw new CasEraseError(message, { namespace, cause: erased });
    }
  }

  private slow(): CasTimeoutError {
    const { namespace } = this.reporter;
    const message = `Nothing says that the keys of namespace "${namespace}" were erased within ${ERASE_MS / 1_000} s. Look at the stores.`;
    return new CasTimeoutError(message, { namespace });
  }
}
