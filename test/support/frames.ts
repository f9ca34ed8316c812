import * as fc from 'fast-check';

/** Any generation that a frame can carry, often at an edge of its two halves. */
export const generation = fc.oneof(
  fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER),
);

export const payload = fc.uint8Array({ maxLength: 64 });

/** Any key, in all planes of Unicode. */
export const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 16 });

export const bulkMembers = fc.array(fc.record({ key, gen: generation, payload }), { maxLength: 6 });

/** Any stamp that a frame can carry. */
export const stamp = fc.record({ storedAt: generation, freshMs: generation.filter((ms) => ms > 0) });

/** Any tag, in all planes of Unicode. */
const tag = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });

/** What an entry may carry in a namespace with tags, a tag twice at times. */
export const tagged = fc.record({
  era: generation.filter((number) => number > 0),
  seq: generation.filter((number) => number > 0),
  tags: fc.oneof(fc.array(tag, { maxLength: 6 }), fc.array(tag, { minLength: 60, maxLength: 64 })),
});
