// Which key is next: made before anything is timed.
const LENGTH = 2 ** 16;
const SKEW = 0.99;
const SEED = 20_231;

/** `i & MASK` is a place in the turns, whatever `i` is. */
export const MASK = LENGTH - 1;

export function hot() {
  return new Uint32Array(LENGTH);
}

/** Few keys often, many seldom: the k-th with a weight of 1 / k^0.99. */
export function zipf(keys) {
  const sums = new Float64Array(keys);
  let total = 0;
  for (let k = 0; k < keys; k++) sums[k] = total += 1 / (k + 1) ** SKEW;
  const random = generator();
  return Uint32Array.from({ length: LENGTH }, () => firstAbove(sums, random() * total));
}

export function uniform(keys) {
  const random = generator();
  return Uint32Array.from({ length: LENGTH }, () => Math.floor(random() * keys));
}

function firstAbove(sums, wanted) {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same sequence in every run: mulberry32. */
function generator() {
  let state = SEED;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
