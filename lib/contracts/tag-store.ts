import type { Awaitable } from './awaitable.js';
import type { Follower } from './follower.js';

/** A tag is at most this long, in bytes of UTF-8. */
export const MAX_TAG_BYTES = 512;

/** An entry carries at most this many. */
export const MAX_TAGS = 64;

/**
 * What the clock of a namespace's tags reads: two generations. `era` ends with all that is cached, `seq` moves with
 * every invalidation of a tag. Eras are equal or not, never earlier or later; a `seq` compares within its era.
 */
export interface TagClock {
  readonly era: number;
  readonly seq: number;
}

/** What an entry carries in a namespace with tags: the clock as it was before the entry was loaded, and its tags. */
export interface TagStamp extends TagClock {
  readonly tags: readonly string[];
  /** Its writer had not the option, and so may not have named all of its tags. Default: false. */
  readonly mayLackTags?: boolean | undefined;
}

/** What has been invalidated, as it stood at one moment. */
export interface TagCatchUp extends TagClock {
  /** Of what was invalidated at this number or before, no more may be known than that: older entries with tags end. */
  readonly floor: number;
  /** The last invalidation of each of the tags that were asked for, in their order. `undefined`: none is known. */
  readonly own: readonly (number | undefined)[];
  /** Invalidations above the number that was asked for, the latest first, and no more of them than were asked for. */
  readonly rows: readonly (readonly [tag: string, seq: number])[];
}

/**
 * The tags of one namespace. An invalidation of tags moves the clock, and remembers for each tag when it was. Entries
 * compare their stamp with that, so that nothing is written to an entry, and none is looked for.
 *
 * Promises that every implementation keeps:
 * - **Unique.** No number is issued twice, as an era or as a `seq`, whatever was lost.
 * - **Whole.** What is remembered of the tags and the clock are lost together, or count as lost: then the next step
 *   that writes begins a new era.
 * - **Ordered.** An invalidation that has resolved is seen by every call that begins later, through any process that
 *   shares the store.
 * - **Floor.** An invalidation that is remembered no more is at or below the floor.
 *
 * Answers may be synchronous; an implementation throws or rejects only for faults.
 */
export interface TagStore {
  /** What the clock reads. Costs no write, and never issues. `undefined`: it is lost, or was never begun. */
  current(): Awaitable<TagClock | undefined>;

  /** The same, and begun where there is none. To be taken before a load. */
  snapshot(): Awaitable<TagClock>;

  /**
   * Ends every entry that carries one of the tags and was stamped before. May be carried out twice, or late.
   *
   * @param tags at most 1,000
   * @param keepMs how long an entry that was stamped just now may live: for so long, invalidations are remembered as a
   *   rule
   * @param follower may be carried out behind the invalidation, in one write with it; a store may leave it alone
   */
  invalidate(tags: readonly string[], keepMs: number, follower?: Follower): Awaitable<TagClock>;

  /** Begins a new era, which ends every entry. May be carried out twice, or late. */
  clear(): Awaitable<TagClock>;

  /**
   * What was invalidated since: in one step. `undefined`: it is lost. In a store with several copies, only the one
   * that decides answers.
   *
   * @param above rows at or below this number are not wanted
   * @param most so many rows are wanted at most
   */
  catchUp(above: number, most: number, tags: readonly string[]): Awaitable<TagCatchUp | undefined>;
}

/** Tags: an optional ability of generation stores. */
export interface TagStores {
  /** The same object for the same namespace. */
  of(namespace: string): TagStore;
}
