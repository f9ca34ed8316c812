import type { Awaitable } from '../contracts/awaitable.js';
import type { Generation } from '../contracts/generation-store.js';
import type { SetOutcome } from '../contracts/outcomes.js';
import type { Guard } from './guard.js';
import type { Lane } from './lane.js';
import { Miss, MISS_DISABLED, MISS_PENDING, MISS_UNAVAILABLE } from './miss.js';
import type { PendingInvalidations } from './pending-invalidations.js';
import type { Reporter } from './reporter.js';
import type { Snapshots } from './snapshots.js';
import { isPending } from './thenable.js';

/**
 * One key at a time: read, snapshot and fill, each within its deadline, none while the cache is switched off, and none of
 * a key whose invalidation is pending.
 */
export class SinglePath<V> {
  constructor(
    private readonly lane: Lane<V, unknown>,
    private readonly snapshots: Snapshots,
    private readonly guard: Guard,
    private readonly reporter: Reporter,
    private readonly pending: PendingInvalidations,
    private readonly active: () => boolean,
  ) {}

  read(key: string): Awaitable<V | Miss> {
    if (!this.active()) return MISS_DISABLED;
    if (this.pending.holds(key)) return MISS_PENDING;
    const found = this.lane.read(key);
    return isPending(found) ? this.guard.within('get', key, found, () => MISS_UNAVAILABLE) : found;
  }

  /** What the caller gets of a read, counted. */
  serve(key: string, found: V | Miss): V | undefined {
    if (found instanceof Miss) {
      this.reporter.miss(key, found.reason);
      return undefined;
    }
    this.reporter.hit(key);
    return found;
  }

  snapshot(key: string): Awaitable<Generation> {
    if (!this.active() || this.pending.holds(key)) return 0;
    const taken = this.snapshots.take(key);
    return isPending(taken) ? this.guard.within('snapshot', key, taken, () => 0) : taken;
  }

  /** @throws CasEncodeError, CasValueError. Nothing was written. */
  fill(key: string, value: V, observed: Generation, ttlMs: number): Awaitable<SetOutcome> {
    if (!this.active()) return 'disabled';
    if (observed === 0 || this.pending.holds(key)) return 'unavailable';
    const prepared = this.lane.prepare(key, value);
    const filled = this.lane.fill({ key, observed, prepared }, ttlMs);
    return isPending(filled) ? this.guard.within('set', key, filled, () => 'unavailable') : filled;
  }
}
