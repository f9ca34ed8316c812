import type { CurrentCell, EntryCells } from '../../lib/contracts/entry-cells.js';
import type { Generation } from '../../lib/contracts/generation-store.js';
import type { LiveEntry } from '../../lib/contracts/provider.js';
import { LocalGenerationStore } from '../../lib/generations/local-generation-store.js';
import { MemoryCells } from '../../lib/memory/memory-cells.js';
import { MemoryProvider } from '../../lib/providers/memory-provider.js';
import { HandTimers } from './hand-timers.js';

export const PREFIX = 'single:user:';
export const TTL_MS = 60_000;

/** The cells of one namespace, the two stores that they are the cells of, and a clock that a test moves. */
export class CellsByHand {
  readonly time = { now: 1_000_000 };
  readonly generations: LocalGenerationStore;
  readonly provider: MemoryProvider<LiveEntry>;
  readonly cells: EntryCells<unknown>;

  constructor(maxEntries?: number) {
    const clock = (): number => this.time.now;
    this.generations = new LocalGenerationStore({ clock, monotonicClock: clock, timers: new HandTimers() });
    this.provider = new MemoryProvider<LiveEntry>({ clock, maxEntries });
    const store = MemoryCells.of(this.provider as MemoryProvider, this.generations) as MemoryCells;
    this.cells = store.scope({ namespace: 'user', valuePrefix: PREFIX, generationPrefix: PREFIX }, {});
  }

  snapshot(key: string): Generation {
    return this.generations.snapshot(PREFIX + key);
  }

  /** Under the generation that the key has, or gets now. */
  fill(key: string, payload: unknown = key, ttlMs = TTL_MS): boolean {
    return this.fillUnder(key, this.snapshot(key), payload, ttlMs);
  }

  fillUnder(key: string, observed: Generation, payload: unknown = key, ttlMs = TTL_MS): boolean {
    return this.cells.fill(key, observed, { payload, plan: undefined, stamp: undefined }, ttlMs);
  }

  found(key: string): unknown {
    return this.cells.find(key)?.payload;
  }

  cell(key: string): CurrentCell<unknown> {
    return this.cells.find(key) as CurrentCell<unknown>;
  }

  /** Of the keys, those that have an entry. To ask is a read. */
  held(keys: readonly string[]): string[] {
    return keys.filter((key) => this.found(key) !== undefined);
  }
}

export const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${name}${n}`);
