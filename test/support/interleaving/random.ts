/** mulberry32, by Tommy Ettinger: in the public domain. Numbers from 0 to 1, the same for the same seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** @param of how many there are */
  below(of: number): number {
    return Math.floor(this.next() * of);
  }

  one<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] as T;
  }
}
