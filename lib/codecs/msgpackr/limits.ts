/** How deep objects may lie in each other, both ways. msgpackr recurses without a limit. */
export const MAX_DEPTH = 500;

/** The time that msgpackr takes for a bigint grows faster than its size. */
export const MAX_BIGINT_BYTES = 4096;

/**
 * The most properties of one object. msgpackr makes a function for each shape of objects, and takes long for a long
 * one.
 */
export const MAX_NAMES = 10_000;
