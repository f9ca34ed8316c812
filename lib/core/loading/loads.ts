import type { Awaitable } from '../../contracts/awaitable.js';
import type { Generation } from '../../contracts/generation-store.js';
import { isPending } from '../../common/attempt.js';
import type { Timers } from '../../common/timers.js';
import type { TagClock } from '../../contracts/tag-store.js';
import { insideScope } from '../access/access-policy.js';
import { enclosingLoads, insideLoad, isInsideLoad, waitFor, waiting, wouldWaitForItself } from './load-nesting.js';
import { LoadNotes } from './load-context.js';
import { Load } from './load.js';
import { reportOf } from './load-report.js';
import type { LoadOwner } from './load.js';
import type { HeldLease } from './lease-result.js';
import { isForOne } from './load-plan.js';
import type { LoadLimits, LoadStores, Plan } from './load-plan.js';
import type { CacheEnvironment } from '../support/cache-environment.js';
import { abortOf, alarm, withTimeout } from '../support/with-timeout.js';
import type { Alarm } from '../support/with-timeout.js';
import type { Lifetimes } from './lifetimes.js';
import { lateError } from './late-error.js';
import { LoadTimes } from './load-times.js';
import { LoadResults } from './load-results.js';
import { PreviousValues } from './previous-values.js';
import { LoadQueue } from './load-queue.js';
import type { ValueRules } from '../values/value-rules.js';
import type { Reporter } from '../support/reporter.js';

/** What a caller that waits for a load has seen, and how long it waits. */
interface WaitLimits {
  readonly signal?: AbortSignal | undefined;
  /** Of the tags, as the call saw it. */
  readonly clock?: TagClock | undefined;
  /** Of the call: one that joins a load waits for so long. */
  readonly loadTimeoutMs?: number | undefined;
}

/**
 * The loads of one cache that are running, by key; nothing is kept of those that have ended. When several loads of a
 * key run at the same time (it was invalidated in between), only the last one is found.
 */
export class Loads<V> implements LoadOwner<V> {
  private readonly running = new Map<string, Load<V>>();
  readonly timers: Timers;
  private readonly reporter: Reporter;
  private readonly queue: LoadQueue | undefined;
  private readonly fillDeadline: LoadLimits['fillDeadline'];
  private readonly times: LoadTimes<V>;
  private readonly results: LoadResults<V>;
  private lastId = 0;

  constructor(
    private readonly stores: LoadStores<V>,
    private readonly lifetimes: Lifetimes,
    { reporter, timers }: Pick<CacheEnvironment, 'reporter' | 'timers'>,
    private readonly values: Pick<ValueRules, 'mayBeShared' | 'share'>,
    { maxLoads, fillDeadline }: LoadLimits,
  ) {
    this.reporter = reporter;
    this.timers = timers;
    this.fillDeadline = fillDeadline;
    this.results = new LoadResults(stores, lifetimes, fillDeadline);
    this.queue = maxLoads === undefined ? undefined : new LoadQueue(maxLoads);
    this.times = new LoadTimes(reporter, timers, this.queue, fillDeadline);
  }

  copy(value: V): V {
    return this.values.share(value);
  }

  mayBeShared(value: V): boolean {
    return this.values.mayBeShared(value);
  }

  /** Whether the running code is part of a load of the key, which it must not wait for. */
  encloses(key: string): boolean {
    return enclosingLoads().some((load) => load instanceof Load && load.owner === this && load.observed.has(key));
  }

  /**
   * A load of the key that may be joined by a caller that saw this generation after arriving. 0: the caller saw none,
   * and the load is not to wait for one.
   *
   * @param clock of the tags, as the caller saw it after arriving
   */
  find(key: string, seen: Generation | undefined, clock?: TagClock): Load<V> | undefined {
    const load = this.ofGeneration(key, seen);
    if (load === undefined || !this.isProven(load, key, clock)) return undefined;
    if (seen === 0) load.skipSnapshot.release();
    return load;
  }

  /** Whether a load of this generation of the key is under way. */
  isLoading(key: string, generation: Generation): boolean {
    return this.ofGeneration(key, generation) !== undefined;
  }

  /** The load of the key that runs, whether or not it may be joined. */
  at(key: string): Load<V> | undefined {
    return this.running.get(key);
  }

  /** Begins a load, which is the one of its keys from now on. Sees to it by itself that it ends. */
  start(plan: Plan<V>): Load<V> {
    const previous = plan.previous && new PreviousValues(plan.previous, this.lifetimes, this.reporter.namespace);
    const load = new Load<V>(this, plan.observed, plan.ofMany === true ? plan.source : undefined, plan.tags, previous);
    load.id = ++this.lastId;
    const before = isForOne(plan.purpose) ? undefined : this.enter(load);
    // It may come to wait for them, so that none of them must wait for it.
    if (before !== undefined) load.waitsFor.push(...before);
    this.hurryHere(load);
    void this.carryOut(load, plan, before);
    return load;
  }

  private ofGeneration(key: string, seen: Generation | undefined): Load<V> | undefined {
    const load = this.running.get(key);
    return load?.mayBeJoined(key, seen, this.timers.now() - this.fillDeadline.ms) === true ? load : undefined;
  }

  /** Whether the tags of a load that was begun before the caller came allow that it has the value. */
  private isProven(load: Load<V>, key: string, clock: TagClock | undefined): boolean {
    return load.tags === undefined || !load.mayBeOlder || this.stores.mayShare(key, load.stampOf(key), clock);
  }

  /** It is the load of its keys from now on. Answers those that were so before, if there were any. */
  private enter(load: Load<V>): Set<Load<V>> | undefined {
    let before: Set<Load<V>> | undefined;
    for (const key of load.observed.keys()) {
      const other = this.running.get(key);
      if (other !== undefined) (before ??= new Set()).add(other);
      this.running.set(key, load);
    }
    return before;
  }

  /**
   * Waits for a load, for as long as `signal` does not say that the caller gives up.
   *
   * @param joined whether another caller began it
   * @returns whether what it came to is newer than this call; if not, the key has to be read again
   * @throws what the load fails with; the signal's reason
   */
  async wait(
    load: Load<V>,
    keys: readonly string[],
    joined: boolean,
    { signal, clock, loadTimeoutMs }: WaitLimits,
  ): Promise<boolean> {
    const ticket = load.enter(keys, joined);
    // What its loader was called for after this call came is newer than it, whatever tags it has.
    const isOlder = joined && load.mayBeOlder;
    if (joined) {
      this.reporter.sharedLoad(keys, load.id);
      this.hurryHere(load);
    }
    const ms = joined ? loadTimeoutMs : undefined;
    if (signal === undefined && ms === undefined) {
      await waitFor(load, joined || loadTimeoutMs === undefined ? load.ended : load.endedInTime);
    } else await this.orUntil(load, joined ? load.ended : load.endedInTime, keys, signal, ms);
    return load.proves(ticket) && (!isOlder || keys.every((key) => this.isProven(load, key, clock)));
  }

  /** Until the caller gives up: its signal says so, or it has waited for as long as its own load may take. */
  private async orUntil(
    load: Load<V>,
    end: Promise<void>,
    keys: readonly string[],
    signal: AbortSignal | undefined,
    ms: number | undefined,
  ): Promise<void> {
    const aborted = signal && abortOf(signal);
    const timer = ms === undefined ? undefined : alarm(this.timers, ms);
    let late: Error | undefined;
    const ends = aborted === undefined ? [end] : [end, aborted.promise];
    if (timer !== undefined && ms !== undefined) {
      const ring = (): never => {
        late = lateError(this.reporter.namespace, keys, ms, load.isWaiting);
        throw late;
      };
      ends.push(timer.promise.then(ring));
    }
    try {
      await waitFor(load, Promise.race(ends));
    } finally {
      aborted?.stop();
      timer?.stop();
      if (signal?.aborted === true || late !== undefined) load.leave(late ?? signal?.reason);
    }
  }

  /** Whether the code that runs here is part of the load, so that waiting for the load would be waiting for itself. */
  wouldDeadlock(load: Load<V>): boolean {
    return wouldWaitForItself(load);
  }

  /** Whether waiting for a load of the key here would be that, now or once it has begun. */
  mustNotWaitFor(key: string): boolean {
    const running = this.running.get(key);
    return this.encloses(key) || (running !== undefined && this.wouldDeadlock(running));
  }

  forget(load: Load<V>): void {
    this.queue?.giveUp(load);
    this.times.forget(load);
    for (const key of load.observed.keys()) if (this.running.get(key) === load) this.running.delete(key);
  }

  /** What a load or a transaction waits for is not held back by `maxLoads`. */
  private hurryHere(load: Load<V>): void {
    if (this.queue !== undefined && (isInsideLoad() || insideScope())) this.queue.hurry(load);
  }

  private async carryOut(load: Load<V>, plan: Plan<V>, before: ReadonlySet<Load<V>> | undefined): Promise<void> {
    let lease: HeldLease | undefined;
    let late: Alarm | undefined;
    try {
      const unknown = load.unobserved;
      const clock =
        load.tags && !isForOne(plan.purpose) && load.tags.clock === undefined ? this.stores.clock() : undefined;
      if (unknown !== undefined) {
        const taken = this.stores.snapshot(unknown);
        const known = isPending(taken) ? await Promise.race([taken, load.skipSnapshot.wait()]) : taken;
        for (const key of unknown) load.observed.set(key, known?.get(key) ?? 0);
      }
      if (clock !== undefined) await this.stamp(load, clock);
      if (before !== undefined) await this.letPass(load, before);
      load.waitsFor.length = 0;
      if (this.queue !== undefined) {
        late = this.times.limit(load, plan);
        await this.queue.enter(load);
        // A load that was given up leaves too, whatever its loader does: one that hangs must not stop all others for
        // ever.
        void load.loaded.wait().then(() => this.queue?.leave());
        if (load.isOver) return;
      }
      lease =
        plan.reading.stampede === 'replicas' && !isForOne(plan.purpose)
          ? await this.stores.turn(load, plan)
          : undefined;
      // Given up, it leaves the key to others at once, whatever its loader does.
      if (lease !== undefined) load.endedInTime.catch(() => lease?.release());
      if (load.isOver) return;
      load.begin(this.timers.now());
      const notes = new LoadNotes<V>(this.reporter.namespace, [...load.observed.keys()], load);
      late ??= this.times.limit(load, plan);
      const values = this.results.asKept(load, await this.call(load, plan, notes));
      load.report?.end('loaded');
      late?.stop();
      load.loaded.release();
      const stored = this.results.store(load, plan, notes, this.lasting(load, values), load.tookMs(this.timers.now()));
      if (stored !== undefined) await stored;
      load.succeed(values);
    } catch (error) {
      if (!load.isOver && !load.overran) this.reporter.failedLoad();
      load.report?.end('failed', error);
      load.fail(error);
    } finally {
      late?.stop();
      lease?.release();
    }
  }

  /**
   * What is not out of date: a load past its time has nothing to add where a later one of the key was begun, and would
   * take the place of what that has stored.
   */
  private lasting(load: Load<V>, values: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
    return load.overran ? new Map([...values].filter(([key]) => this.running.get(key) === load)) : values;
  }

  private async stamp(load: Load<V>, clock: Awaitable<TagClock | undefined>): Promise<void> {
    const known = isPending(clock) ? await Promise.race([clock, load.skipSnapshot.wait()]) : clock;
    if (load.tags !== undefined) load.tags.clock = known ?? undefined;
  }

  /**
   * Among loads that fill nothing, one loader runs at a time: the next begins when it has ended, or has taken longer
   * than any fill may. All callers that come in between share the next. So it is among loads of one generation, of
   * which the later was begun since tags moved on: else each caller would begin its own, where they move often.
   */
  private async letPass(load: Load<V>, before: ReadonlySet<Load<V>>): Promise<void> {
    for (const other of before) {
      const waits = [...load.observed].some(
        ([key, observed]) =>
          other.observed.has(key) &&
          (observed === 0 || (load.tags !== undefined && other.observed.get(key) === observed)),
      );
      if (!waits || other.isOver) continue;
      if (this.queue?.isUrgent(load) === true) this.queue.hurry(other);
      await waiting(load, other, withTimeout(other.loaded.wait(), this.fillDeadline.ms, this.timers));
    }
  }

  private call(load: Load<V>, plan: Plan<V>, notes: LoadNotes<V>): Promise<ReadonlyMap<string, V>> {
    this.reporter.load();
    const loader = (): Awaitable<ReadonlyMap<string, V>> => plan.loader(notes);
    load.report = reportOf(load, plan.purpose === 'refresh', this.reporter, this.timers);
    return load.report === undefined ? insideLoad(load, loader) : load.report.around(() => insideLoad(load, loader));
  }
}
