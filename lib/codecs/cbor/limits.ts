/** How deep objects may lie in each other, both ways. cbor-x recurses without a limit. */
export const MAX_DEPTH = 500;

/** The time that cbor-x takes for a bigint grows with the square of its size. */
export const MAX_BIGINT_BYTES = 4096;

/** The size of an element for each tag of a typed array (RFC 8746) that cbor-x knows. */
export const TYPED_ARRAY_TAGS: ReadonlyMap<number, number> = new Map([
  [64, 1],
  [68, 1],
  [72, 1],
  ...[65, 69, 73, 77].map((tag): [number, number] => [tag, 2]),
  ...[66, 70, 74, 78, 81, 85].map((tag): [number, number] => [tag, 4]),
  ...[67, 71, 75, 79, 82, 86].map((tag): [number, number] => [tag, 8]),
]);
