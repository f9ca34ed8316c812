import type { Generation } from '../contracts/generation-store.js';
import type { BulkSetOutcome, SetOutcome } from '../contracts/outcomes.js';
import type { FillItem } from './lane.js';
import type { Paths } from './lanes.js';
import { Miss, MISS_UNAVAILABLE } from './miss.js';

/** From the gravest on. */
const GRAVITY: readonly SetOutcome[] = ['disabled', 'unavailable', 'rejected', 'stale'];

/** An item of a bulk fill, checked: `observed` is 0 where there is nothing to fill under. */
export interface BatchItem<V> {
  readonly key: string;
  readonly value: V;
  readonly observed: Generation;
}

/** Many keys at once: through one bulk frame where the stores have them, else key by key in one go. */
export class Batch<V> {
  constructor(private readonly paths: Paths<V>) {}

  /** @param keys without duplicates, at least one. Answers in their order. */
  async read(keys: readonly string[]): Promise<readonly (V | Miss)[]> {
    const reading = (await this.paths.bulk?.read(keys)) ?? 'ask-singles';
    if (reading === 'ask-singles') return this.paths.lane.readMany(keys);
    if (reading === 'unavailable') return keys.map(() => MISS_UNAVAILABLE);
    return keys.map((key) => reading.get(key) as V);
  }

  /** Encodes every item, so that one that cannot be encoded keeps all of them from being written. */
  prepare(items: readonly BatchItem<V>[]): FillItem<unknown>[] {
    const { lane } = this.paths;
    return items.map(({ key, value, observed }) => ({ key, observed, prepared: lane.prepare(key, value) }));
  }

  /**
   * Stores each item as a single entry by its own check. That is the check of the bulk frame too, which is written iff no
   * item had moved. A key that moves in between makes a frame that no read accepts.
   */
  async write(items: readonly FillItem<unknown>[], ttlMs: number, bulkTtlMs: number): Promise<BulkSetOutcome> {
    const fillable = items.filter(({ observed }) => observed !== 0);
    const outcomes = await this.paths.lane.fillMany(fillable, ttlMs);
    const singles = new Map<string, SetOutcome>(items.map(({ key }) => [key, 'unavailable']));
    fillable.forEach(({ key }, i) => singles.set(key, outcomes[i] ?? 'unavailable'));

    const current = [...singles.values()].every((outcome) => outcome === 'stored' || outcome === 'rejected');
    const written = current ? await this.paths.bulk?.write(items, bulkTtlMs, ttlMs) : undefined;
    const bulk = written === 'stored';
    return { outcome: bulk ? 'stored' : gravest([...singles.values()]), bulk, singles };
  }
}

function gravest(outcomes: readonly SetOutcome[]): SetOutcome {
  return GRAVITY.find((outcome) => outcomes.includes(outcome)) ?? 'stored';
}
