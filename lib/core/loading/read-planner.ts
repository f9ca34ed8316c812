import type { Generation } from '../../contracts/generation-store.js';
import type { StaleReason } from '../../contracts/outcomes.js';
import type { ResolvedReadOptions } from '../options/load-options.js';
import type { Freshness } from '../stores/freshness.js';
import type { Miss } from '../stores/miss.js';
import type { RefreshableHit } from '../stores/hits.js';
import type { Reporter } from '../support/reporter.js';
import { withTimeout } from '../support/with-timeout.js';
import type { Load, Observed } from './load.js';
import type { Plan, Purpose } from './load-plan.js';
import type { Loads } from './loads.js';
import type { ReadCall } from './read-call.js';
import type { Refreshes } from './refreshes.js';

/** What a caller waits for: the keys of one load. */
export interface Wait<V> {
  readonly load: Load<V>;
  readonly keys: readonly string[];
  /** Whether another caller began it. */
  readonly joined: boolean;
}

/** A key, and its hit that is due to be loaded anew. */
export type DueHit<V> = readonly [key: string, hit: RefreshableHit<V>];

/** The keys of a call, each with the generation that the call saw. */
type Seen = Iterable<readonly [key: string, generation: Generation | undefined]>;

/** How a hit that is due is renewed: the call waits for a newer value, a refresh begins behind it, or neither. */
export type Renewal = 'await' | 'refresh' | 'none';

/**
 * What reads of one key and of many decide alike: whether a hit is due, which loads a call may wait for, which it must
 * make for itself alone, and whether an old value is served instead.
 */
export class ReadPlanner<V> {
  constructor(
    readonly loads: Loads<V>,
    private readonly refreshes: Refreshes<V>,
    private readonly freshness: Freshness,
    private readonly reporter: Reporter,
  ) {}

  /** Whether a hit is to be loaded anew for a call of these options: another may want that earlier. */
  isDue(
    key: string,
    { generation, expired, stamp }: RefreshableHit<V>,
    { earlyRefresh = 1 }: ResolvedReadOptions<V>,
  ): boolean {
    return expired || this.freshness.judge(key, generation, stamp, earlyRefresh) !== 'fresh';
  }

  /** @param hit one that is due */
  renewalOf(key: string, { expired, generation }: RefreshableHit<V>, { inside, reading }: ReadCall<V>): Renewal {
    if (inside || this.loads.mustNotWaitFor(key)) return 'none';
    // While the source is down, not every reader has to wait for it.
    const mayWait = !reading.staleIfError || !this.refreshes.isPausing(key);
    if (expired && reading.softTimeoutMs > 0 && mayWait) return 'await';
    return this.refreshes.isWanted(key, generation) ? 'refresh' : 'none';
  }

  /** Why the call makes the load of a missing key for itself alone. `undefined`: the load may be shared. */
  aloneFor(key: string, { reason }: Miss, { inside }: ReadCall<V>): 'private' | 'bypass' | undefined {
    if (inside || reason === 'disabled') return 'private';
    return this.loads.mustNotWaitFor(key) ? 'bypass' : undefined;
  }

  /**
   * Joins the loads that run and may be joined, and begins one for the other keys.
   *
   * @param requested how many keys the call asked for together, where one frame may hold them
   * @param due the hits of the keys, where they are loaded anew
   */
  share(call: ReadCall<V>, seen: Seen, requested?: number, due?: readonly DueHit<V>[]): Wait<V>[] {
    const own: Observed = new Map();
    let joins: Map<Load<V>, string[]> | undefined;
    const { tags } = call;
    for (const [key, generation] of seen) {
      const joinable = this.loads.find(key, generation, tags?.clock);
      if (joinable === undefined || joinable.tags?.addOf(tags?.named ?? []) === false) {
        own.set(key, generation);
        continue;
      }
      joins ??= new Map();
      const keys = joins.get(joinable);
      if (keys === undefined) joins.set(joinable, [key]);
      else keys.push(key);
    }
    const purpose = own.size === requested ? 'fill-together' : 'fill';
    const begun = own.size === 0 ? [] : [this.begin(call, own, purpose, due && new Map(due))];
    if (joins === undefined) return begun;
    return [...Array.from(joins, ([load, keys]): Wait<V> => ({ load, keys, joined: true })), ...begun];
  }

  /** What is loaded is for this call alone. Past the cache, there is no fill that could be refused, and reported. */
  loadAlone(call: ReadCall<V>, keys: Iterable<string>, purpose: 'private' | 'bypass'): Wait<V> {
    return this.begin(call, new Map(Array.from(keys, (key) => [key, 0])), purpose);
  }

  /** Begins a load of keys whose renewal is `'refresh'`, behind the call. */
  refresh(call: ReadCall<V>, due: readonly DueHit<V>[]): void {
    if (due.length === 0) return;
    const observed: Observed = new Map(due.map(([key, { generation }]) => [key, generation]));
    this.refreshes.begin(call.plan(observed, 'refresh', this.reporter, new Map(due)));
  }

  /**
   * What `take` makes of newer values of hits, when they come within the soft timeout. `undefined`: the old ones are to
   * be served, which was reported.
   *
   * @param take waits for the loads, and answers what the call makes of them
   * @param faultKey what a fault of the loads names, when they end after that
   * @throws what a load fails with, unless the old value is served on errors; the signal's reason
   */
  async renew<T>(
    call: ReadCall<V>,
    due: readonly DueHit<V>[],
    take: (waits: readonly Wait<V>[]) => Promise<T>,
    faultKey: string | undefined,
  ): Promise<{ readonly value: T } | undefined> {
    const { reading, options } = call;
    const waits = this.share(
      call,
      due.map(([key, { generation }]) => [key, generation]),
      undefined,
      due,
    );
    try {
      const outcome = await withTimeout(take(waits), reading.softTimeoutMs, this.loads.timers);
      if (outcome !== 'late') return outcome;
      // The next caller gets what they load.
      for (const { load, keys } of waits) {
        load.goOnWithoutCallers((cause) => {
          this.refreshes.pause(keys);
          this.reporter.fault('refresh', faultKey, cause);
        });
      }
      this.reportStale(due, 'slow-load');
    } catch (error) {
      if (!reading.staleIfError || options.signal?.aborted === true) throw error;
      this.refreshes.pause(due.map(([key]) => key));
      this.reportStale(due, 'failed-load', error);
    }
    return undefined;
  }

  reportStale(due: readonly DueHit<V>[], reason: StaleReason, cause?: unknown): void {
    for (const [key, { expired }] of due) if (expired) this.reporter.stale(key, reason, cause);
  }

  private begin(call: ReadCall<V>, observed: Observed, purpose: Purpose, previous?: Plan<V>['previous']): Wait<V> {
    const load = this.loads.start(call.plan(observed, purpose, this.reporter, previous));
    return { load, keys: [...observed.keys()], joined: false };
  }
}
