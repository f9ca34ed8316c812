import type { Awaitable } from '../../contracts/awaitable.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { Stamp } from '../../contracts/stamp.js';
import { CasLoadTimeoutError } from '../../errors.js';
import { isPending } from '../../common/attempt.js';
import { FILL_DEADLINE_MS } from '../../common/fill-deadline.js';
import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import { enclosingLoads, insideLoad, waitFor, waiting, wouldWaitForItself } from './load-nesting.js';
import { LoadNotes } from './load-context.js';
import type { LoadContext } from './load-context.js';
import type { ResolvedReadOptions } from '../options/load-options.js';
import { Load } from './load.js';
import type { LoadOwner, Observed } from './load.js';
import type { HeldLease } from './lease-result.js';
import { alarm } from '../support/with-timeout.js';
import { parseTtl } from '../../common/ttl.js';
import type { Freshness } from '../stores/freshness.js';
import type { ValueRules } from '../values/value-rules.js';
import type { Reporter } from '../support/reporter.js';

/** What a load is to do. */
export interface Plan<V> {
  /** As the caller's own read, made after it arrived, saw the generations. */
  readonly observed: Observed;
  /** What the loader returned for the keys; without those that it knows nothing of. */
  readonly loader: (context: LoadContext) => Awaitable<ReadonlyMap<string, V>>;
  readonly reading: ResolvedReadOptions<V>;
  /** The loader answers for the keys that it knows, and only for those. */
  readonly ofMany?: boolean;
  /** These are all the keys that were asked for together. */
  readonly whole?: boolean;
  /** For callers that come later: a hit that is due for a refresh is not enough. */
  readonly refreshes?: boolean;
  /** No caller joins it, and nothing is filled: what it returns may be for its caller alone. */
  readonly unshared?: boolean;
  /** Nothing was read, or is to be stored. */
  readonly uncached?: boolean;
}

/** A loaded value, on its way to be stored. */
export interface LoadedItem<V> {
  readonly key: string;
  readonly value: V;
  readonly observed: Generation;
  readonly ttlMs: number;
  readonly stamp: Stamp | undefined;
}

/** How loads reach the stores. None of it fails. */
export interface LoadStores<V> {
  /** The generations to fill under, 0 for those that cannot be had. */
  snapshot(keys: readonly string[]): Awaitable<ReadonlyMap<string, Generation>>;
  /**
   * Waits until a load of one key is this replica's to make. Ends the load when another has made it; otherwise the
   * generation to fill under is up to date.
   *
   * @throws only why the load was aborted
   */
  turn(load: Load<V>, plan: Plan<V>): Promise<HeldLease | undefined>;
  /** @param whole whether these are all the keys that were asked for together */
  fill(items: readonly LoadedItem<V>[], whole: boolean): Awaitable<void>;
}

/** "There is none" is out of date as soon as one is made, and the code that makes one often invalidates nothing. */
const NULL_TTL_MS = 30_000;
const LOTS = 8;

/**
 * The loads of one cache that are running, by key; nothing is kept of those that have ended. When several loads of a
 * key run at the same time (it was invalidated in between), only the last one is found.
 */
export class Loads<V> implements LoadOwner<V> {
  private readonly running = new Map<string, Load<V>>();
  constructor(
    private readonly stores: LoadStores<V>,
    private readonly reporter: Reporter,
    private readonly freshness: Freshness,
    private readonly values: Pick<ValueRules, 'mayBeShared' | 'share'>,
    private readonly fillDeadlineMs = FILL_DEADLINE_MS,
    readonly timers: Timers = SYSTEM_TIMERS,
    private readonly random: () => number = Math.random,
  ) {}

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
   */
  find(key: string, seen: Generation | undefined): Load<V> | undefined {
    const load = this.running.get(key);
    if (load?.mayBeJoined(key, seen, this.timers.now() - this.fillDeadlineMs) !== true) return undefined;
    if (seen === 0) load.skipSnapshot.open();
    return load;
  }

  /** The load of the key that runs, whether or not it may be joined. */
  at(key: string): Load<V> | undefined {
    return this.running.get(key);
  }

  /** Begins a load, which is the one of its keys from now on. Sees to it by itself that it ends. */
  start(plan: Plan<V>): Load<V> {
    const load = new Load<V>(this, plan.observed, plan.ofMany === true);
    const before = new Set<Load<V>>();
    for (const key of plan.unshared === true ? [] : plan.observed.keys()) {
      const other = this.running.get(key);
      if (other !== undefined) before.add(other);
      this.running.set(key, load);
    }
    // It may come to wait for them, so that none of them must wait for it.
    load.waitsFor.push(...before);
    void this.carryOut(load, plan, before);
    return load;
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
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const ticket = load.enter(keys, joined);
    if (joined) this.reporter.sharedLoad(keys.length);
    await this.orUntil(signal, load);
    return load.proves(ticket);
  }

  private async orUntil(signal: AbortSignal | undefined, load: Load<V>): Promise<void> {
    if (signal === undefined) return waitFor(load, load.ended);
    const aborted = abortOf(signal);
    try {
      await waitFor(load, Promise.race([load.ended, aborted.promise]));
    } finally {
      aborted.stop();
      if (signal.aborted) load.leave(signal.reason);
    }
  }

  /** Whether the code that runs here is part of the load, so that waiting for the load would be waiting for itself. */
  wouldDeadlock(load: Load<V>): boolean {
    return wouldWaitForItself(load);
  }

  forget(load: Load<V>): void {
    for (const key of load.observed.keys()) if (this.running.get(key) === load) this.running.delete(key);
  }

  private async carryOut(load: Load<V>, plan: Plan<V>, before: ReadonlySet<Load<V>>): Promise<void> {
    let lease: HeldLease | undefined;
    try {
      const unknown = [...load.observed].flatMap(([key, observed]) => (observed === undefined ? [key] : []));
      if (unknown.length > 0) {
        const taken = this.stores.snapshot(unknown);
        const known = isPending(taken) ? await Promise.race([taken, load.skipSnapshot.wait()]) : taken;
        for (const key of unknown) load.observed.set(key, known?.get(key) ?? 0);
      }
      if (before.size > 0) await this.letPass(load, before);
      load.waitsFor.length = 0;
      lease =
        plan.reading.stampede === 'replicas' && plan.unshared !== true ? await this.stores.turn(load, plan) : undefined;
      // Given up, it leaves the key to others at once, whatever its loader does.
      if (lease !== undefined) load.ended.catch(() => lease?.release());
      if (load.isOver) return;
      load.begin(this.timers.now());
      const notes = new LoadNotes(this.reporter.namespace, [...load.observed.keys()], () => load.signal);
      const values = await this.call(load, plan, notes);
      load.loaded.open();
      await this.store(load, plan, notes, values);
      load.end(values);
    } catch (error) {
      if (!load.isOver) this.reporter.failedLoad();
      load.fail(error);
    } finally {
      lease?.release();
    }
  }

  /**
   * Among loads that fill nothing, one loader runs at a time: the next begins when it has ended, or has taken longer
   * than any fill may. All callers that come in between share the next.
   */
  private async letPass(load: Load<V>, before: ReadonlySet<Load<V>>): Promise<void> {
    for (const other of before) {
      const unfenced = [...load.observed].some(([key, observed]) => observed === 0 && other.observed.has(key));
      if (!unfenced || other.isOver) continue;
      const late = alarm(this.timers, this.fillDeadlineMs);
      await waiting(load, other, Promise.race([other.loaded.wait(), late.promise]));
      late.stop();
    }
  }

  private async call(load: Load<V>, plan: Plan<V>, notes: LoadNotes): Promise<ReadonlyMap<string, V>> {
    this.reporter.load();
    const { loadTimeoutMs } = plan.reading;
    if (loadTimeoutMs === undefined) return insideLoad(load, () => plan.loader(notes));
    const late = alarm(this.timers, loadTimeoutMs);
    void late.promise.then(() => {
      if (!load.isOver) this.reporter.failedLoad();
      load.abort(this.tooLong(loadTimeoutMs, notes));
    });
    try {
      return await insideLoad(load, () => plan.loader(notes));
    } finally {
      late.stop();
    }
  }

  private async store(
    load: Load<V>,
    { reading, whole, uncached }: Plan<V>,
    notes: LoadNotes,
    values: ReadonlyMap<string, V>,
  ): Promise<void> {
    if (load.isOver || uncached === true) return;
    const items: LoadedItem<V>[] = [];
    for (const [key, value] of values) {
      if (!load.observed.has(key) || notes.skips(key) || reading.unless?.(value, key) === true) continue;
      items.push({ key, value, observed: load.observed.get(key) ?? 0, ...this.life(value, reading, notes) });
    }
    if (items.length > 0) await this.stores.fill(items, whole === true && items.length === load.observed.size);
  }

  /** How long a value lives, and is fresh: as the loader says, or else the options. */
  private life(value: V, reading: ResolvedReadOptions<V>, notes: LoadNotes): Pick<LoadedItem<V>, 'ttlMs' | 'stamp'> {
    const negative = value === null ? (reading.negativeTtlMs ?? Math.min(reading.ttlMs, NULL_TTL_MS)) : undefined;
    const share = reading.jitter === 0 ? 1 : 1 - reading.jitter * this.lot(notes.keys.length > 1);
    const shortened = (ms: number): number => Math.max(1, Math.round(ms * share));
    const ttlMs = shortened(notes.ttl === undefined ? (negative ?? reading.ttlMs) : parseTtl(notes.ttl, 'ctx.ttl'));
    const freshMs = notes.fresh === undefined ? reading.freshMs : parseTtl(notes.fresh, 'ctx.fresh');
    if (freshMs === undefined) return { ttlMs, stamp: undefined };
    return { ttlMs, stamp: this.freshness.stamp(Math.min(ttlMs, shortened(freshMs))) };
  }

  /** Those of many keys that are to live equally long are written together: so there are but a few lots. */
  private lot(ofMany: boolean): number {
    const lot = this.random();
    return ofMany ? Math.floor(lot * LOTS) / LOTS : lot;
  }

  private tooLong(ms: number, { namespace, keys }: LoadNotes): CasLoadTimeoutError {
    const what = keys.length === 1 ? 'A load' : `A load of ${keys.length} keys`;
    const message = `${what} in namespace "${namespace}" took longer than its loadTimeout of ${ms} ms. Look at the source, or raise loadTimeout.`;
    return new CasLoadTimeoutError(message, { namespace, key: keys.length === 1 ? keys[0] : undefined });
  }
}

function abortOf(signal: AbortSignal): { readonly promise: Promise<never>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    // What the reason is, is the caller's affair.
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    stop = () => signal.removeEventListener('abort', abort);
  });
  return { promise, stop };
}
