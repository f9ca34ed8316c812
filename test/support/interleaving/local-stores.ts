import type { GenerationStore } from '../../../lib/contracts/generation-store.js';
import type { CellStore } from '../../../lib/contracts/entry-cells.js';
import type { CasProvider } from '../../../lib/contracts/provider.js';
import type { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import type { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import type { Library } from './library.js';
import { storageKey } from './namespace.js';
import type { Disasters, Frames } from './world.js';

/** No sweep interferes with a schedule. */
const NO_TIMERS = { setTimeout: () => ({}), clearTimeout: () => undefined };

/** An entry store of one process, small enough to be made anew for every schedule. */
export function valuesOf(library: Library, holds: 'bytes' | 'values' = 'values'): MemoryProvider {
  return new library.MemoryProvider({ holds, maxEntries: 4, clock: () => 0 });
}

/** The stores of one process, with a clock that stands still: all that is issued, is issued within one millisecond. */
export class LocalStores implements Disasters {
  readonly provider: CasProvider;
  private readonly memory: MemoryProvider;
  private now = 1;
  private own: LocalGenerationStore;

  constructor(
    private readonly library: Library,
    holds: 'bytes' | 'values',
  ) {
    this.memory = valuesOf(library, holds);
    this.provider = this.memory;
    this.own = this.issuer();
  }

  get generations(): GenerationStore {
    return this.own;
  }

  /** Both in the cells of one store. A process that begins anew finds no entry in them. */
  get cells(): CellStore | undefined {
    return this.library.MemoryCells.of(this.memory, this.own);
  }

  /** Where the stores hold bytes. */
  get frames(): Frames {
    return {
      put: (key, frame) => void this.provider.set(storageKey(key), frame, { ttlMs: 60_000 }),
      get: (key) => this.provider.get(storageKey(key)) as Uint8Array | undefined,
    };
  }

  /**
   * A process that begins anew finds the entries, had they been kept somewhere, and no generation. That takes a
   * millisecond.
   */
  beginAnew(): void {
    this.now++;
    this.own = this.issuer();
  }

  loseGeneration(key: string): void {
    this.own.clear(storageKey(key));
  }

  loseValue(key: string): void {
    void this.provider.delete(storageKey(key));
  }

  flush(): void {
    void this.provider.clear?.('');
    this.own.clear('');
  }

  private issuer(): LocalGenerationStore {
    const clock = (): number => this.now;
    return new this.library.LocalGenerationStore({ maxKeys: 16, clock, monotonicClock: () => 0, timers: NO_TIMERS });
  }
}
