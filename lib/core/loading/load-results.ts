import { MAX_TAGS } from '../../contracts/tag-store.js';
import type { TagStamp } from '../../contracts/tag-store.js';
import type { FillDeadline } from './fill-deadline.js';
import type { Lifetimes } from './lifetimes.js';
import type { Load } from './load.js';
import type { LoadNotes } from './load-context.js';
import type { LoadedItem, LoadStores, Plan } from './load-plan.js';
import { stampOfKept } from './previous-values.js';

/** What becomes of the values that a loader has answered. */
export class LoadResults<V> {
  constructor(
    private readonly stores: LoadStores<V>,
    private readonly lifetimes: Lifetimes,
    private readonly fillDeadline: Pick<FillDeadline, 'ms'>,
  ) {}

  /** The values, with those that the loader has kept as the cache had them. */
  asKept(load: Load<V>, values: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
    if (load.previous === undefined) return values;
    const all = new Map(values);
    for (const [key, value] of values) {
      const kept = load.previous.asKept(key, value);
      if (kept !== undefined) all.set(key, kept.value);
    }
    return all;
  }

  /** Answers what is to be waited for, if anything is. */
  store(
    load: Load<V>,
    { reading, purpose, tagsOf }: Plan<V>,
    notes: LoadNotes<V>,
    values: ReadonlyMap<string, V>,
    tookMs: number,
  ): PromiseLike<void> | undefined {
    if (load.isOver || purpose === 'bypass') return undefined;
    const items: LoadedItem<V>[] = [];
    load.tags?.seal();
    const outlastedMs = tookMs > this.fillDeadline.ms ? tookMs : undefined;
    for (const [key, value] of values) {
      if (!load.observed.has(key) || notes.skips(key) || reading.unless?.(value, key) === true) continue;
      if (tagsOf !== undefined && value !== null) load.tags?.addTo(key, tagsOf(value, key));
      const tagged = this.stampOf(load, key);
      const lifetime = this.lifetimes.of(value, reading, notes);
      const observed = load.observed.get(key) ?? 0;
      items.push({ key, value, observed, outlastedMs, ...lifetime, ...(tagged && { tagged }) });
    }
    const together = purpose === 'fill-together' && items.length === load.observed.size;
    return items.length > 0 ? this.stores.fill(items, together) : undefined;
  }

  private stampOf(load: Load<V>, key: string): TagStamp | undefined {
    const loaded = load.tags?.stampOf(key);
    const kept = load.previous?.keptHit(key)?.tagged;
    if (loaded === undefined || kept === undefined) return loaded;
    const stamp = stampOfKept(kept, loaded.tags);
    // More than an entry can carry: nothing is stored.
    if (stamp.tags.length > MAX_TAGS) return undefined;
    // Where it is known that none of its tags was invalidated since, it need not grow older with each time.
    return this.stores.mayShare(key, stamp, loaded) ? { ...loaded, tags: stamp.tags } : stamp;
  }
}
