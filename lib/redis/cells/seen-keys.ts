import { now } from '../../common/timers.js';

const BITS = 2 ** 20;
/** So many of the keys that came last are remembered at least. */
const ENOUGH = 2 ** 17;
/** What is last in a key tells it from others. */
const MOST_CHARACTERS = 64;
const PAUSE_MS = 1_000;

/**
 * Which keys were asked for in this process, roughly, and in 256 KB however many they are. One that was not is taken
 * for one that was now and then, and so is the other way round, once many have come since: either costs time, and
 * proves nothing.
 */
export class SeenKeys {
  private latest: Uint8Array | undefined;
  private earlier: Uint8Array | undefined;
  private count = 0;
  private pausedUntil = 0;

  /** Whether the key was asked for before. From now on it was. */
  add(key: string): boolean {
    const hash = hashOf(key);
    const at = hash >>> 3;
    const bit = 1 << (hash & 7);
    const latest = (this.latest ??= new Uint8Array(BITS / 8));
    const byte = latest[at] as number;
    if ((byte & bit) !== 0) return true;
    latest[at] = byte | bit;
    const known = ((this.earlier?.[at] ?? 0) & bit) !== 0;
    if (++this.count === ENOUGH) this.turn();
    return known || this.isPaused();
  }

  /** For a while every key counts as one that was asked for before. */
  pause(): void {
    this.pausedUntil = now() + PAUSE_MS;
  }

  private isPaused(): boolean {
    if (this.pausedUntil === 0) return false;
    if (now() < this.pausedUntil) return true;
    this.pausedUntil = 0;
    return false;
  }

  private turn(): void {
    const { earlier, latest } = this;
    this.earlier = latest;
    this.latest = earlier?.fill(0);
    this.count = 0;
  }
}

/** FNV-1a over UTF-16 units, of which the upper bits are mixed into those that are kept. */
function hashOf(key: string): number {
  let hash = key.length;
  for (let i = Math.max(0, key.length - MOST_CHARACTERS); i < key.length; i++) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x0100_0193);
  }
  return (hash ^ (hash >>> 20)) & (BITS - 1);
}
