import { ABSENT, OPEN } from '../../contracts/generation-store.js';
import type { Generation, GenerationReading } from '../../contracts/generation-store.js';
import type { MissReason } from '../../contracts/outcomes.js';
import type { TagClock } from '../../contracts/tag-store.js';

/** What a miss says besides that there is nothing to serve. */
interface Meaning {
  /** Whether a value that is loaded now may be stored, as far as the reason goes. */
  readonly fillable: boolean;
  /** Whether only this copy of the entry is no good, so that another, in another tier, may be. */
  readonly ofOneCopy: boolean;
  /** Whether a tier behind may have what this one has not. */
  readonly askBehind: boolean;
}

/** Every reason, so that a new one has to say what it means. */
const MEANINGS: Readonly<Record<MissReason, Meaning>> = {
  absent: { fillable: true, ofOneCopy: false, askBehind: true },
  // To store a value would overwrite it; another copy would be sought by dropping this one.
  'unknown-frame': { fillable: false, ofOneCopy: false, askBehind: true },
  corrupt: { fillable: true, ofOneCopy: true, askBehind: true },
  undecodable: { fillable: true, ofOneCopy: false, askBehind: true },
  stale: { fillable: true, ofOneCopy: true, askBehind: true },
  // Where no generation is current, no copy is any good.
  'generation-absent': { fillable: true, ofOneCopy: false, askBehind: true },
  'tag-invalidated': { fillable: true, ofOneCopy: true, askBehind: true },
  'tags-unproven': { fillable: true, ofOneCopy: false, askBehind: true },
  // The guard is asked of what all tiers have come to.
  vetoed: { fillable: true, ofOneCopy: false, askBehind: false },
  // Of the value behind no more may be known than of this one, and the load brings what is missing.
  'other-tags': { fillable: true, ofOneCopy: false, askBehind: false },
  // Whether the writers of an open cell are still alive, a snapshot finds out.
  open: { fillable: true, ofOneCopy: false, askBehind: false },
  'written-here': { fillable: false, ofOneCopy: false, askBehind: true },
  'invalidation-pending': { fillable: false, ofOneCopy: false, askBehind: true },
  unavailable: { fillable: false, ofOneCopy: false, askBehind: false },
  disabled: { fillable: false, ofOneCopy: false, askBehind: true },
};

/**
 * A read that found nothing to serve. `generation` is what the read saw of the key's generation, `undefined` when it
 * did not ask: a fill that follows may use it instead of taking a snapshot.
 */
export class Miss {
  /**
   * @param ofProvider the provider of the entries failed, which says nothing of the generation: another tier may know
   *   more
   */
  constructor(
    readonly reason: MissReason,
    readonly generation?: GenerationReading | undefined,
    private readonly ofProvider = false,
    /** What a snapshot answered that was taken in the same step. */
    private readonly issued?: Generation | undefined,
    /** Only in a namespace with tags: what their clock read after the reader came. */
    readonly clock?: TagClock | undefined,
  ) {}

  /** The generation to fill under: 0 when there is none to have, `undefined` when a snapshot has to be taken. */
  get observed(): Generation | undefined {
    if (!MEANINGS[this.reason].fillable) return 0;
    // An open cell shows a read its first byte only.
    return this.generation === ABSENT || this.generation === OPEN ? this.issued : this.generation;
  }

  /** The same miss, of a read that took a snapshot as well. */
  withSnapshot(issued: Generation): Miss {
    return new Miss(this.reason, this.generation, this.ofProvider, issued, this.clock);
  }

  /** The same miss, of a read that saw the clock of the tags. */
  at(clock: TagClock | undefined): Miss {
    return clock === undefined ? this : new Miss(this.reason, this.generation, this.ofProvider, this.issued, clock);
  }

  /** Of the same reader, for another reason. */
  because(reason: MissReason): Miss {
    return new Miss(reason, this.generation, this.ofProvider, this.issued, this.clock);
  }

  /** Whether a tier behind the one that missed is to be asked. What nearer tiers have proven stands. */
  get asksBehind(): boolean {
    return this.ofProvider || MEANINGS[this.reason].askBehind;
  }
}

/** Whether another copy of the entry may be good where one is refused for `reason`. */
export function isOfOneCopy(reason: MissReason): boolean {
  return MEANINGS[reason].ofOneCopy;
}

export const MISS_ABSENT = new Miss('absent');
export const MISS_UNKNOWN_FRAME = new Miss('unknown-frame');
export const MISS_UNAVAILABLE = new Miss('unavailable');
export const MISS_UNREADABLE = new Miss('unavailable', undefined, true);
/** Whatever the store says of the key, it is not to be trusted, so there is no generation to fill under either. */
export const MISS_PENDING = new Miss('invalidation-pending');
export const MISS_DISABLED = new Miss('disabled');
/** The scope has to see its own writes, and what it loads of them is not committed yet. */
export const MISS_WRITTEN_HERE = new Miss('written-here');
