/**
 * Microseconds that a floor may be ahead of a clock. A clock that is wrong by a time zone is wrong by less. A
 * generation that is further ahead is no floor: it came from a foreign cell, which must not lift all keys (see
 * `GenerationFloor`).
 */
export const MOST_AHEAD_US = 2 * 86_400_000_000;
