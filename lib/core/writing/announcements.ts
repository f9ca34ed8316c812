import type { Follower } from '../../contracts/follower.js';
import type { Announced, Announcing, FollowingAnnouncement, ReadLeases } from '../../contracts/read-leases.js';
import { attempt } from '../../common/attempt.js';
import { NearLease } from '../stores/near-lease.js';
import type { Guard } from '../support/guard.js';
import type { LeaseHitStats } from '../../contracts/stats.js';
import type { Reporter } from '../support/reporter.js';

/** Ends the generations of keys, and hands the follower to the store. The outcome of each key, and never rejects. */
export type End<T> = (follower?: Follower) => Promise<readonly (T | Error)[]>;

/**
 * Tells processes that hold read leases what has ended, and waits until none of them serves it.
 *
 * After the generations have ended, never before: a holder that drops an entry early may prove it again. So what
 * travels with the bumps travels behind them, and counts only where all of them went well at the first attempt.
 * Otherwise it is told once more, by itself, when they have ended.
 */
export class Announcements {
  /** Without the option: looks whether others have it. */
  private noticing: { close(): void } | undefined;

  constructor(
    private lease: NearLease | undefined,
    private readonly guard: Guard,
  ) {}

  /**
   * The safety net for a process that was started without the option where others hold leases. From when it has found
   * them it honours their leases, also when their list is lost for a while.
   */
  notice(leases: ReadLeases, reporter: Reporter): void {
    const { namespace } = reporter;
    this.noticing = leases.notice?.(namespace, () => {
      const { refusal } = leases;
      const told =
        refusal === undefined
          ? 'From now on it tells them of what it invalidates'
          : `It cannot tell them of what it invalidates, since ${refusal}`;
      const message = `Other processes hold read leases in namespace "${namespace}", and this one has not the option. ${told}; what they were not told of they serve for up to ten seconds. Give every process of the namespace \`readLease\`, those that hold none 'honour'.`;
      reporter.warnOnce('read leases of others', message);
      if (refusal === undefined) this.lease ??= new NearLease(leases, 'honour', reporter, undefined, true);
    });
  }

  /** The lease that this cache holds or honours. */
  get current(): NearLease | undefined {
    return this.lease;
  }

  stats(): LeaseHitStats | undefined {
    return this.lease?.stats();
  }

  async close(): Promise<void> {
    this.noticing?.close();
    await this.lease?.close();
  }

  /** Whether anything is announced at all. */
  get any(): boolean {
    return this.lease !== undefined;
  }

  /** For the generations or tags that are about to end. To be handed to `tell` when they have. */
  follow(what: Announcing): FollowingAnnouncement | undefined {
    return this.lease?.follow(what);
  }

  /**
   * To tell is an operation on the stores, and has their deadline; the wait for those that were told has none but its
   * own end.
   *
   * @param following what a store may have told already
   * @returns why it may not have been told: then the invalidation has failed
   */
  async tell(what: Announced, following?: FollowingAnnouncement): Promise<Error | undefined> {
    const { lease } = this;
    if (lease === undefined || isNothing(what)) {
      following?.drop();
      return undefined;
    }
    // What this process itself has under way may have been answered before.
    lease.heard(what);
    const wait = following?.told() ?? (await this.tellApart(lease, what));
    if (wait instanceof Error) return wait;
    await wait();
    return undefined;
  }

  /**
   * What became of the keys, once those that have ended are announced.
   *
   * @param end is asked at once
   */
  async tellEnded<T>(
    keys: readonly string[],
    end: End<T>,
    isUntold: (result: T, place: number) => boolean = () => true,
  ): Promise<readonly (T | Error)[]> {
    const following = this.follow(keys);
    const results = await end(following?.follower);
    // Others may have been found to hold leases meanwhile.
    if (this.lease === undefined) return results;
    const untold = new Set<number>();
    results.forEach((result, place) => {
      if (!(result instanceof Error) && isUntold(result, place)) untold.add(place);
    });
    const some = keys.filter((_, place) => untold.has(place));
    const failed = await this.tell(some, following);
    return failed === undefined ? results : results.map((result, place) => (untold.has(place) ? failed : result));
  }

  private async tellApart(
    lease: Pick<NearLease, 'announce'>,
    what: Announcing,
  ): Promise<(() => Promise<void>) | Error> {
    const telling = attempt(() => lease.announce(what));
    const told = await this.guard.orLate<(() => Promise<void>) | Error>(telling, () =>
      this.guard.timeout('invalidate', undefined),
    );
    // It may be told still. The caller does not wait for that, and those that do not answer are struck off as ever.
    if (told instanceof Error) void telling.then((late) => (late instanceof Error ? undefined : late()));
    return told;
  }
}

function isNothing(what: Announced): boolean {
  return what !== 'all' && ('tags' in what ? what.tags : what).length === 0;
}
