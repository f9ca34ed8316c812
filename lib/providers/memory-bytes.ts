import { LRUCache } from 'lru-cache';

import type { InspectedEntry } from '../contracts/inspection.js';
import type { MemoryUsage, SetOptions } from '../contracts/provider.js';
import type { MemoryLimits } from './memory-options.js';

interface Slot {
  readonly key: string;
  readonly frame: Uint8Array;
  readonly size: number;
  readonly expiresAt: number;
}

/** The entries of one weight, least recently used first out. */
interface WeightClass {
  readonly weight: number;
  readonly slots: LRUCache<string, Slot>;
}

/**
 * Frames within an exact budget: the bytes of all frames and keys never exceed `maxBytes`, not even during a `set`.
 *
 * A cost is no size. It says which entry goes first: entries are sorted into classes by the power of two of their cost
 * per byte (no cost: class 0, as if it were the frame's bytes). When room is needed, the heaviest class gives up its
 * least recently used entry.
 */
export class WeighedBytes {
  /** Where each key is: a key is in one class only. */
  readonly #classOf = new Map<string, WeightClass>();
  /** The classes that hold anything, heaviest first. */
  readonly #classes: WeightClass[] = [];
  #bytes = 0;
  #sealed = false;
  #evictions = 0;

  constructor(private readonly limits: MemoryLimits) {}

  get(key: string): Uint8Array | undefined {
    const slot = this.#classOf.get(key)?.slots.get(key);
    if (slot === undefined) return undefined;
    if (slot.expiresAt > this.limits.clock()) return slot.frame;
    this.delete(key);
    return undefined;
  }

  inspect(key: string): readonly InspectedEntry<Uint8Array>[] {
    const slot = this.#classOf.get(key)?.slots.peek(key);
    const remainingMs = slot === undefined ? 0 : slot.expiresAt - this.limits.clock();
    return slot !== undefined && remainingMs > 0 ? [{ entry: slot.frame, remainingMs }] : [];
  }

  set(key: string, frame: Uint8Array, options: SetOptions): boolean {
    const { maxBytes, maxEntries, lifeWindow, clock } = this.limits;
    this.delete(key);
    const size = frame.byteLength + Buffer.byteLength(key);
    if (this.#sealed || size > maxBytes) return false;

    while (this.#bytes + size > maxBytes || this.#classOf.size >= maxEntries) this.#evict();
    const home = this.#classFor(weightOf(options.cost, frame.byteLength));
    home.slots.set(key, { key, frame: ownBytes(frame), size, expiresAt: clock() + (lifeWindow ?? options.ttlMs) });
    this.#classOf.set(key, home);
    this.#bytes += size;
    return true;
  }

  usage(): MemoryUsage {
    return { entries: this.#classOf.size, bytes: this.#bytes, evictions: this.#evictions };
  }

  delete(key: string): void {
    const home = this.#classOf.get(key);
    const slot = home?.slots.peek(key);
    if (home === undefined || slot === undefined) return;
    home.slots.delete(key);
    this.#forget(home, slot);
  }

  clear(prefix: string): void {
    for (const key of this.#classOf.keys()) if (key.startsWith(prefix)) this.delete(key);
  }

  removeWhere(isMeant: (key: string) => boolean): void {
    for (const key of this.#classOf.keys()) if (isMeant(key)) this.delete(key);
  }

  seal(): void {
    this.#sealed = true;
    this.clear('');
  }

  #evict(): void {
    const heaviest = this.#classes[0];
    const slot = heaviest?.slots.pop();
    if (heaviest === undefined || slot === undefined) return;
    this.#evictions++;
    this.#forget(heaviest, slot);
  }

  #forget(home: WeightClass, slot: Slot): void {
    this.#classOf.delete(slot.key);
    this.#bytes -= slot.size;
    if (home.slots.size === 0) this.#classes.splice(this.#classes.indexOf(home), 1);
  }

  #classFor(weight: number): WeightClass {
    const at = this.#classes.findIndex((each) => each.weight <= weight);
    const found = this.#classes[at];
    if (found?.weight === weight) return found;
    // lru-cache wants some bound; the real ones are kept here.
    const slots = new LRUCache<string, Slot>({ maxSize: Number.MAX_SAFE_INTEGER, sizeCalculation: () => 1 });
    const made = { weight, slots };
    this.#classes.splice(at < 0 ? this.#classes.length : at, 0, made);
    return made;
  }
}

function weightOf(cost: number | undefined, bytes: number): number {
  return cost !== undefined && cost > 0 ? Math.floor(Math.log2(cost / bytes)) : 0;
}

/**
 * A view on a part of a buffer keeps the whole buffer alive: such a frame is copied, and one that owns its buffer is
 * not.
 */
function ownBytes(frame: Uint8Array): Uint8Array {
  if (frame.byteLength === frame.buffer.byteLength) return frame;
  const own = Buffer.allocUnsafeSlow(frame.byteLength);
  own.set(frame);
  return own;
}
