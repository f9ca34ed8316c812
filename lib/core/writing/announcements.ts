import type { Announced } from '../../contracts/read-leases.js';
import { attempt } from '../../common/attempt.js';
import type { NearLease } from '../stores/near-lease.js';
import type { Guard } from '../support/guard.js';

/**
 * Tells processes that hold read leases what has ended, and waits until none of them serves it.
 *
 * After the generations have ended, never before: a holder that drops an entry early may prove it again.
 */
export class Announcements {
  constructor(
    private readonly lease: Pick<NearLease, 'heard' | 'announce'> | undefined,
    private readonly guard: Guard,
  ) {}

  /** Whether anything is announced at all. */
  get any(): boolean {
    return this.lease !== undefined;
  }

  /**
   * To tell is an operation on the stores, and has their deadline; the wait for those that were told has none but its
   * own end.
   *
   * @returns why it may not have been told: then the invalidation has failed
   */
  async tell(what: Announced): Promise<Error | undefined> {
    const { lease } = this;
    if (lease === undefined || what.length === 0) return undefined;
    // What this process itself has under way may have been answered before.
    lease.heard(what);
    const telling = attempt(() => lease.announce(what));
    const told = await this.guard.orLate<(() => Promise<void>) | Error>(telling, () =>
      this.guard.timeout('invalidate', undefined),
    );
    if (told instanceof Error) {
      // It may be told still. The caller does not wait for that, and those that do not answer are struck off as ever.
      void telling.then((late) => (late instanceof Error ? undefined : late()));
      return told;
    }
    await told();
    return undefined;
  }

  /** What became of the keys, once those that have ended are announced. */
  async tellEnded<T>(
    keys: readonly string[],
    results: readonly (T | Error)[],
    isUntold: (result: T, place: number) => boolean = () => true,
  ): Promise<readonly (T | Error)[]> {
    if (this.lease === undefined) return results;
    const untold = new Set<number>();
    results.forEach((result, place) => {
      if (!(result instanceof Error) && isUntold(result, place)) untold.add(place);
    });
    const failed = await this.tell(keys.filter((_, place) => untold.has(place)));
    return failed === undefined ? results : results.map((result, place) => (untold.has(place) ? failed : result));
  }
}
