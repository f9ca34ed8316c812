/**
 * The number that a key has between two invalidations: each invalidation ends the current generation and begins
 * another.
 *
 * A positive safe integer, at most {@link MAX_GENERATION}. 0 is never issued: as a snapshot it says that there is
 * nothing to fill under (the store is unavailable, or a write intent is open), and a fill under it is always skipped.
 */
export type Generation = number;

/** 2^53 - 2: the largest generation. One below `Number.MAX_SAFE_INTEGER`, so that the next one is still exact. */
export const MAX_GENERATION = 9_007_199_254_740_990;

/**
 * What a store holds for a key now: the current generation, or one of {@link ABSENT} and {@link OPEN}.
 *
 * The two marks are not positive, so that no entry which a store let be filled equals them. A frame from elsewhere may
 * carry 0, and proves nothing.
 */
export type GenerationReading = number;

/** The key has no generation. That validates nothing: an entry without a current generation is a miss. */
export const ABSENT = 0;

/** A write of the key is under way (its cell is open): reads miss, snapshots answer 0, fills are refused. */
export const OPEN = -1;
