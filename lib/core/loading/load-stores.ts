import type { Generation } from '../../contracts/generation-store.js';
import type { SetOutcome } from '../../contracts/outcomes.js';
import type { TagClock, TagStamp } from '../../contracts/tag-store.js';
import { CasUncacheableError } from '../../errors.js';
import type { ManyKeyAccess } from '../access/many-key-access.js';
import { Hit, RefreshableHit, valueOf } from '../stores/hits.js';
import type { LoadLease } from './load-lease.js';
import type { ReadResult } from '../stores/backend.js';
import type { Load } from './load.js';
import type { LoadedItem, LoadStores, Plan } from './load-plan.js';
import { Miss } from '../stores/miss.js';
import type { HeldLease } from './lease-result.js';
import type { Reporter } from '../support/reporter.js';
import type { SingleKeyAccess } from '../access/single-key-access.js';
import { asError, isPending, attempt } from '../../common/attempt.js';
import type { Awaitable } from '../../contracts/awaitable.js';

/**
 * How loads reach the stores of a cache. A value that cannot be cached is still the caller's answer: nothing here
 * fails. Nor does a caller wait for a connection: a fill that is held back for one goes on behind it.
 */
export class CacheLoadStores<V> implements LoadStores<V> {
  constructor(
    private readonly single: SingleKeyAccess<V>,
    private readonly batch: ManyKeyAccess<V>,
    private readonly reporter: Reporter,
    private readonly bulkTtlMs: number,
    private readonly lease: LoadLease | undefined,
  ) {}

  snapshot(keys: readonly string[]): Awaitable<ReadonlyMap<string, Generation>> {
    const [only] = keys;
    if (keys.length > 1 || only === undefined) return this.batch.snapshot(keys);
    const taken = this.single.snapshot(only);
    return isPending(taken) ? taken.then((generation) => new Map([[only, generation]])) : new Map([[only, taken]]);
  }

  clock(): Awaitable<TagClock | undefined> {
    return this.single.clock();
  }

  mayShare(key: string, load: TagStamp | undefined, own: TagClock | undefined): boolean {
    return this.single.tags?.mayShare(key, load, own) === true;
  }

  async turn(load: Load<V>, { purpose, reading }: Plan<V>): Promise<HeldLease | undefined> {
    const [entry] = load.observed;
    if (this.lease === undefined || load.isOfMany || entry === undefined || entry[1] === 0) return undefined;
    const [key] = entry;
    const read = (): Awaitable<ReadResult<V>> => {
      load.readAgain();
      return this.single.read(key);
    };
    // What is refreshed early is still young: a refresh is content with nothing but a newer value.
    const enough = purpose === 'refresh' ? (hit: V | Hit<V>): boolean => !(hit instanceof RefreshableHit) : undefined;
    const taken = await this.lease.take<V>(key, read, {
      waitMs: reading.stampedeWaitMs,
      signal: load.signal,
      enough,
    });
    if ('found' in taken) {
      load.endWith(key, valueOf(taken.found));
      return undefined;
    }
    if (taken.last !== undefined) {
      // Tags may have moved on while another replica was waited for.
      const clock = load.tags && (clockOf(taken.last) ?? this.clock());
      load.observed.set(key, await this.generationOf(key, taken.last));
      if (load.tags !== undefined) load.tags.clock = await clock;
    }
    return taken.lease;
  }

  /** The generation that a read saw. */
  private async generationOf(key: string, found: ReadResult<V>): Promise<Generation> {
    if (found instanceof Hit) return found.generation;
    return (found instanceof Miss ? found.observed : undefined) ?? (await this.single.snapshot(key));
  }

  fill(items: readonly LoadedItem<V>[], mayBeTogether: boolean): Promise<void> | undefined {
    const [first, second] = items;
    if (first === undefined) return undefined;
    if (second !== undefined) return this.fillAll(items, mayBeTogether);
    return this.single.answersAtOnce ? this.fillAtOnce(first) : this.fillOne(first);
  }

  private async fillAll(items: readonly LoadedItem<V>[], mayBeTogether: boolean): Promise<void> {
    const lifetimes = new Map<number, LoadedItem<V>[]>();
    for (const item of items) {
      const alike = lifetimes.get(item.ttlMs);
      if (alike === undefined) lifetimes.set(item.ttlMs, [item]);
      else alike.push(item);
    }
    const together = mayBeTogether && lifetimes.size === 1;
    await Promise.all([...lifetimes].map(([ttlMs, some]) => this.fillMany(some, ttlMs, together)));
  }

  /** Where stores answer without I/O there is nothing to hold back, and mostly nothing to wait for. */
  private fillAtOnce(item: LoadedItem<V>): Promise<void> | undefined {
    let outcome: Awaitable<SetOutcome>;
    try {
      outcome = this.single.fill(item, item.ttlMs);
    } catch (cause) {
      this.report(item, asError(cause));
      return undefined;
    }
    if (isPending(outcome)) return attempt(() => outcome).then((filled) => this.report(item, filled));
    this.report(item, outcome);
    return undefined;
  }

  private fillOne(item: LoadedItem<V>): Promise<void> {
    return orHeldBack(async (heldBack) => {
      const outcome = await attempt(() => this.single.fill(item, item.ttlMs, heldBack));
      this.report(item, outcome);
    });
  }

  /** @param together whether one frame may hold them all */
  private fillMany(items: readonly LoadedItem<V>[], ttlMs: number, together: boolean): Promise<void> {
    const bulkTtlMs = together ? Math.min(ttlMs, this.bulkTtlMs) : undefined;
    return orHeldBack(async (heldBack) => {
      const filled = await attempt(() => this.batch.fill(items, ttlMs, bulkTtlMs, heldBack));
      // One of them cannot be stored: that says nothing of the others.
      if (filled instanceof Error) await Promise.all(items.map((item) => this.fillOne(item)));
      else {
        for (const item of items) {
          const outcome = filled.singles.get(item.key);
          if (outcome !== undefined) this.report(item, outcome);
        }
        if (together) this.reporter.bulkFill(items.length, filled.outcome, filled.bulk);
      }
    });
  }

  private warnOfLongLoads(ms: number): void {
    const { namespace } = this.reporter;
    const message = `A load in namespace "${namespace}" took ${Math.round(ms)} ms, longer than the generation of its key is kept: what takes so long is never stored. Give the namespace, or the call, a loadTimeout that is longer, or make the source faster.`;
    this.reporter.warnOnce('long loads', message);
  }

  private report({ key, outlastedMs }: LoadedItem<V>, outcome: SetOutcome | Error): void {
    if (outcome instanceof CasUncacheableError) this.reporter.warnOnce(outcome.topic, outcome.message);
    else if (outcome instanceof Error) this.reporter.fault('set', key, outcome);
    if (outcome === 'stale' && outlastedMs !== undefined) this.warnOfLongLoads(outlastedMs);
    this.reporter.fill(key, outcome instanceof Error ? 'rejected' : outcome);
  }
}

/** The clock of the tags as a read saw it. */
function clockOf(found: unknown): TagClock | undefined {
  return found instanceof Miss ? found.clock : undefined;
}

/** Resolves when the work is done, or is held back: then the work goes on, and its caller does not wait for it. */
function orHeldBack(work: (heldBack: () => void) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    work(resolve).then(resolve, reject);
  });
}
