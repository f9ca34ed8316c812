import type { CellKeys, CellStore, EntryCells } from '../contracts/entry-cells.js';
import type { ScopeLimits } from '../contracts/provider.js';
import type { LocalGenerationStore } from '../generations/local-generation-store.js';
import type { MemoryProvider } from '../providers/memory-provider.js';
import { CellEntries } from './cell-entries.js';
import { CellGenerations } from './cell-generations.js';
import { CellScope } from './cell-scope.js';

/**
 * Entry and generation of a key in one cell. The two stores have to be of one application, and used together alone: a
 * provider whose entries are of the generations of two stores cannot have them in the cells of one.
 */
export class MemoryCells implements CellStore {
  private readonly scopes = new Map<string, CellScope<unknown>>();

  private constructor(
    private readonly provider: MemoryProvider,
    private readonly adopt: NonNullable<MemoryProvider['adopt']>,
    private readonly generations: LocalGenerationStore,
  ) {}

  /** `undefined` for a provider of bytes. */
  static of(provider: MemoryProvider, generations: LocalGenerationStore): MemoryCells | undefined {
    return provider.adopt && new MemoryCells(provider, provider.adopt, generations);
  }

  scope<V>({ namespace, valuePrefix, generationPrefix }: CellKeys, limits: ScopeLimits): EntryCells<V> {
    const known = this.scopes.get(valuePrefix);
    if (known !== undefined) return known as CellScope<V>;
    const { maxEntries, clock, lifeWindow } = this.provider.limitsOf(limits);
    const { base, look, longestLoadMs } = this.generations.issuing();
    const tags = this.generations.tags.of(namespace);
    const cells = new CellScope<V>({ maxEntries, clock, lifeWindow, tags, base, look, longestLoadMs });
    this.adopt(valuePrefix, new CellEntries(cells, maxEntries));
    this.generations.adopt(generationPrefix, new CellGenerations(cells as CellScope<unknown>));
    this.scopes.set(valuePrefix, cells as CellScope<unknown>);
    return cells;
  }
}
