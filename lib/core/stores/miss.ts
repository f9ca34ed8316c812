import { ABSENT, OPEN } from '../../contracts/generation-store.js';
import type { Generation, GenerationReading } from '../../contracts/generation-store.js';
import type { MissReason } from '../../contracts/outcomes.js';

const NOTHING_TO_FILL_UNDER: ReadonlySet<MissReason> = new Set([
  'unavailable',
  'disabled',
  'invalidation-pending',
  'written-here',
]);

/**
 * A read that found nothing to serve. `generation` is what the read saw of the key's generation, `undefined` when it did
 * not ask: a fill that follows may use it instead of taking a snapshot.
 */
export class Miss {
  constructor(
    readonly reason: MissReason,
    readonly generation?: GenerationReading | undefined,
  ) {}

  /** The generation to fill under: 0 when there is none to have, `undefined` when a snapshot has to be taken. */
  get observed(): Generation | undefined {
    if (NOTHING_TO_FILL_UNDER.has(this.reason)) return 0;
    // Of an open cell a read sees the first byte only. Whether its writers are still alive, a snapshot finds out.
    return this.generation === ABSENT || this.generation === OPEN ? undefined : this.generation;
  }
}

export const MISS_ABSENT = new Miss('absent');
export const MISS_UNAVAILABLE = new Miss('unavailable');
/** The provider failed, which says nothing of the generation: another tier may know more. */
export const MISS_UNREADABLE = new Miss('unavailable');
/** Whatever the store says of the key, it is not to be trusted, so there is no generation to fill under either. */
export const MISS_PENDING = new Miss('invalidation-pending');
export const MISS_DISABLED = new Miss('disabled');
/** The scope has to see its own writes, and what it loads of them is not committed yet. */
export const MISS_WRITTEN_HERE = new Miss('written-here');
