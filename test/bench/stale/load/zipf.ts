import type { Random } from '../../../chaos/random.js';

/** Draws ranks 0 to n - 1: rank r comes up in proportion to 1 / (r + 1) ** exponent. */
export class Zipf {
  private readonly upTo: Float64Array;

  constructor(n: number, exponent: number) {
    this.upTo = new Float64Array(n);
    let sum = 0;
    for (let rank = 0; rank < n; rank++) this.upTo[rank] = sum += (rank + 1) ** -exponent;
  }

  draw(random: Random): number {
    const { upTo } = this;
    const at = random.next() * (upTo.at(-1) as number);
    let [low, high] = [0, upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((upTo[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
