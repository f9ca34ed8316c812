import type { Generation } from '../contracts/generation-store.js';
import { CasClearError, CasClosedError, CasInvalidateError } from '../errors.js';
import type { Timers } from './deadlines.js';
import type { Guard } from './guard.js';
import type { Lane } from './lane.js';
import { PendingInvalidations } from './pending-invalidations.js';
import type { PendingStats, Reporter } from './reporter.js';
import { settle } from './thenable.js';

/** Ends eras, and keeps account of those that could not be ended. */
export class Invalidator {
  readonly pending: PendingInvalidations;
  private closed = false;

  constructor(
    private readonly lane: Lane<unknown, unknown>,
    private readonly guard: Guard,
    private readonly reporter: Reporter,
    timers: Timers | undefined,
  ) {
    const repair = {
      invalidate: (keys: readonly string[]) => this.bump(keys),
      clear: () => lane.clear(),
    };
    this.pending = new PendingInvalidations(repair, reporter, timers);
  }

  /**
   * @param keys without duplicates
   * @throws CasInvalidateError with the cause for each key that failed, which is retried from now on
   */
  async invalidate(keys: readonly string[]): Promise<void> {
    const begun = this.pending.begin();
    const results = this.closed ? keys.map(() => this.closedError()) : await this.bump(keys);
    const failures = new Map<string, unknown>();
    keys.forEach((key, i) => {
      const result = results[i];
      if (typeof result === 'number') return this.reporter.invalidate(key, result);
      failures.set(key, result);
      this.reporter.fault('invalidate', key, result);
    });
    this.pending.landed(
      keys.filter((key) => !failures.has(key)),
      begun,
    );
    if (failures.size === 0) return;
    this.pending.failed([...failures.keys()]);
    throw new CasInvalidateError(failures, { namespace: this.reporter.namespace });
  }

  /** @throws CasClearError */
  async clear(): Promise<void> {
    const { namespace } = this.reporter;
    const begun = this.pending.begin();
    const cleared = this.closed ? this.closedError() : await settle(() => this.lane.clear());
    if (cleared instanceof Error) {
      this.reporter.fault('clear', undefined, cleared);
      this.pending.failedAll();
      const message = `The namespace "${namespace}" could not be cleared as a whole: other replicas may serve its old values until a retry of this process, or another clear, has landed.`;
      throw new CasClearError(message, { namespace, cause: cleared });
    }
    this.pending.landedAll(begun);
    this.reporter.clear();
  }

  /** Gives what is owed a last chance, within the deadline, and answers what is owed still. */
  async close(): Promise<PendingStats> {
    this.closed = true;
    await this.guard.orLate(this.pending.close(), () => undefined);
    return this.pending.stats();
  }

  private bump(keys: readonly string[]): Promise<readonly (Generation | Error)[]> {
    let known: readonly (Generation | Error)[] | undefined;
    const work = this.lane.invalidate(keys, (bumped) => {
      known = bumped;
    });
    return this.guard.orLate(work, () => {
      if (known !== undefined) {
        // Only the deletes are late, and they decide nothing: an entry of an era that is over serves nobody.
        this.reporter.fault('invalidate', undefined, this.guard.timeout('invalidate', undefined));
        return known;
      }
      // The bump may still be on its way. The entries need not wait for it.
      void settle(() => this.lane.drop(keys));
      return keys.map((key) => this.guard.timeout('invalidate', key));
    });
  }

  private closedError(): CasClosedError {
    const { namespace } = this.reporter;
    return new CasClosedError(`The cache "${namespace}" is closed: nothing was invalidated.`, { namespace });
  }
}
