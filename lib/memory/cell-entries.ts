import type { InspectedEntry } from '../contracts/inspection.js';
import type { LiveEntry, MemoryUsage, SetOptions } from '../contracts/provider.js';
import { InProcessProvider } from '../providers/in-process-provider.js';
import type { EntryPartition } from '../providers/memory-scopes.js';
import type { CellScope } from './cell-scope.js';

/**
 * The entries of cells, as a provider has them. It stores what is of the generation that the key has now and nothing
 * else, since a cell with an entry of another would be taken for current.
 */
export class CellEntries<V> extends InProcessProvider<LiveEntry<V>> implements EntryPartition<LiveEntry<V>> {
  readonly holds = 'values';

  constructor(
    private readonly cells: CellScope<V>,
    readonly maxEntries: number,
  ) {
    super();
  }

  get(key: string): LiveEntry<V> | undefined {
    const cell = this.cells.find(key);
    if (cell === undefined) return undefined;
    const { payload, stamp } = cell;
    const gen = this.cells.generationOf(cell);
    const tagged = this.cells.stampOf(cell);
    return { gen, payload, ...(stamp && { stamp }), ...(tagged && { tagged }) };
  }

  inspect(key: string): readonly InspectedEntry<LiveEntry<V>>[] {
    const found = this.cells.inspect(key);
    return found === undefined ? [] : [found];
  }

  set(key: string, { gen, payload, stamp, tagged }: LiveEntry<V>, { ttlMs }: SetOptions): boolean {
    const isStored = this.cells.fill(key, gen, { payload, stamp, tagged, plan: undefined }, ttlMs);
    if (!isStored) this.cells.drop(key);
    return isStored;
  }

  delete(key: string): void {
    this.cells.drop(key);
  }

  usage(): MemoryUsage {
    return { entries: this.cells.size, evictions: this.cells.evictions };
  }

  clear(prefix: string): void {
    this.removeWhere((key) => key.startsWith(prefix));
  }

  removeWhere(isMeant: (key: string) => boolean): void {
    for (const key of this.cells.keys()) if (isMeant(key)) this.cells.drop(key);
  }

  seal(): void {
    this.cells.seal();
  }

  /** A view does not own its entries: the provider's `close` drops them. */
  close(): void {}
}
