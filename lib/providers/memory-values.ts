import { LRUCache } from 'lru-cache';

import type { InspectedEntry } from '../contracts/inspection.js';
import type { MemoryUsage, SetOptions } from '../contracts/provider.js';
import { InProcessProvider } from './in-process-provider.js';
import type { MemoryLimits } from './memory-options.js';

/** The expiry lives here and not in lru-cache: a ttl there makes every get dearer, and its cached clock serves late. */
interface Slot<S> {
  readonly entry: S;
  readonly expiresAt: number;
}

/** One LRU of live entries: the keys of one scope without their prefix, or all keys that belong to no scope. */
export class ValuePartition<S> extends InProcessProvider<S> {
  readonly holds = 'values';
  readonly #slots: LRUCache<string, Slot<S>>;
  readonly #clock: () => number;
  readonly #lifeWindow: number | undefined;
  #sealed = false;
  #evictions = 0;

  constructor(
    readonly maxEntries: number,
    limits: Pick<MemoryLimits, 'clock' | 'lifeWindow'>,
  ) {
    super();
    this.#slots = new LRUCache({
      max: maxEntries,
      dispose: (_slot, _key, reason) => {
        if (reason === 'evict') this.#evictions++;
      },
    });
    this.#clock = limits.clock;
    this.#lifeWindow = limits.lifeWindow;
  }

  get(key: string): S | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    if (slot.expiresAt > this.#clock()) return slot.entry;
    this.#slots.delete(key);
    return undefined;
  }

  inspect(key: string): readonly InspectedEntry<S>[] {
    const slot = this.#slots.peek(key);
    const remainingMs = slot === undefined ? 0 : slot.expiresAt - this.#clock();
    return slot !== undefined && remainingMs > 0 ? [{ entry: slot.entry, remainingMs }] : [];
  }

  set(key: string, entry: S, options: SetOptions): boolean {
    if (this.#sealed) return false;
    this.#slots.set(key, { entry, expiresAt: this.#clock() + (this.#lifeWindow ?? options.ttlMs) });
    return true;
  }

  delete(key: string): void {
    this.#slots.delete(key);
  }

  usage(): MemoryUsage {
    return { entries: this.#slots.size, evictions: this.#evictions };
  }

  // Here and in `moveTo` the keys are listed first: lru-cache promises nothing for an iterator that meets a deletion.
  clear(prefix: string): void {
    if (prefix === '') return this.#slots.clear();
    for (const key of Array.from(this.#slots.keys())) if (key.startsWith(prefix)) this.#slots.delete(key);
  }

  removeWhere(isMeant: (key: string) => boolean): void {
    for (const key of Array.from(this.#slots.keys())) if (isMeant(key)) this.#slots.delete(key);
  }

  /**
   * Hands every slot that begins with `prefix` over to `target`, which knows it without the prefix. Keeps their order.
   */
  moveTo(target: ValuePartition<S>, prefix: string): void {
    for (const key of Array.from(this.#slots.rkeys())) {
      if (!key.startsWith(prefix)) continue;
      target.#slots.set(key.slice(prefix.length), this.#slots.peek(key));
      this.#slots.delete(key);
    }
  }

  /** Drops everything and takes nothing any more. */
  seal(): void {
    this.#sealed = true;
    this.#slots.clear();
  }

  /** A view does not own its entries: the provider's `close` drops them. */
  close(): void {}
}
