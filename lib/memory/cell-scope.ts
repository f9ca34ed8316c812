import type { CellFill, CurrentCell, EntryCells } from '../contracts/entry-cells.js';
import { ABSENT, OPEN } from '../contracts/generation.js';
import type { Generation, GenerationReading } from '../contracts/generation.js';
import type { InspectedEntry } from '../contracts/inspection.js';
import type { LiveEntry } from '../contracts/provider.js';
import type { TagStamp } from '../contracts/tag-store.js';
import { LocalWriters } from '../generations/local-writers.js';
import { AwaitedEras } from './awaited-eras.js';
import { EntryCell } from './entry-cell.js';
import type { CellTags } from './entry-cell.js';

/** Entries that were read lately and that eviction passes over, before it takes one all the same. */
const MOST_SPARED = 64;

/** What a scope needs of the stores that it belongs to. */
export interface ScopeSurroundings {
  readonly maxEntries: number;
  /** Milliseconds; entries expire by it. */
  readonly clock: () => number;
  /** What the monotonic clock says now, in milliseconds: leases of writers end by it. */
  readonly look: () => number;
  /** How long the longest load may take, in milliseconds. Default: the fill deadline. */
  readonly longestLoadMs?: () => number;
  /** One life for all entries, whatever ttl they come with. */
  readonly lifeWindow: number | undefined;
  /** The tags of the namespace. */
  readonly tags: CellTags;
  /** Above every generation that was issued for one of the keys before. */
  readonly base: Generation;
}

/**
 * The cells of one namespace.
 *
 * An *era* is a generation counted from the scope's base: a small integer. Eras are issued by one counter and never
 * twice. A key is in one of three states: it has a cell, it has an era only, or nothing is known of it. One that a
 * writer has open is in the last: what opens a key ends its cell and its era, and none is issued until the writer is
 * gone. So a cell that is there is current, and a read of it asks for nothing else.
 *
 * Bounded by `maxEntries`. Eviction is SIEVE (Zhang et al., NSDI 2024): a hand moves from old entries to new ones,
 * spares those that were read since it last passed, and takes the first that was not. Reads move nothing in a list,
 * they leave a mark.
 */
export class CellScope<V> implements EntryCells<V> {
  readonly writers = new LocalWriters();
  private cells = new Map<string, EntryCell<V>>();
  private readonly awaited: AwaitedEras;
  private lastEra = 0;
  /** Entries that went to make room. */
  evictions = 0;
  private sealed = false;
  private hand: MapIterator<[string, EntryCell<V>]> | undefined;
  /** Cells that came or went since the hand last moved. */
  private moves = 0;

  constructor(private readonly surroundings: ScopeSurroundings) {
    this.awaited = new AwaitedEras(surroundings.maxEntries, surroundings.longestLoadMs);
  }

  get size(): number {
    return this.cells.size;
  }

  find(key: string): CurrentCell<V> | undefined {
    const cell = this.cells.get(key);
    if (cell === undefined) return undefined;
    if (cell.expiresAt > this.surroundings.clock()) {
      if (cell.isEndedBy(this.surroundings.tags)) return undefined;
      cell.noteRead();
      return cell as EntryCell<V> & CurrentCell<V>;
    }
    // So is one whose age cannot be told, because the clock tells no number.
    this.drop(key);
    return undefined;
  }

  /** What the cell holds, one that a tag has ended as well. Leaves no mark of a read. */
  inspect(key: string): InspectedEntry<LiveEntry<V>> | undefined {
    const cell = this.cells.get(key);
    const { base, clock, tags: known } = this.surroundings;
    const remainingMs = cell === undefined ? 0 : cell.expiresAt - clock();
    if (cell === undefined || !(remainingMs > 0)) return undefined;
    const { payload, stamp, tags, seq } = cell;
    const tagged = tags && { era: known.current().era, seq, tags };
    return {
      entry: { gen: base + cell.era, payload, ...(stamp && { stamp }), ...(tagged && { tagged }) },
      remainingMs,
    };
  }

  /** What is known of those that have the key open. */
  writersOf(key: string): { readonly writers: number; readonly openForMs: number } {
    const now = this.surroundings.look();
    const { writers, until } = this.writers.living(key, now);
    return { writers, openForMs: until - now };
  }

  isEndedByTag(key: string): boolean {
    return this.cells.get(key)?.isEndedBy(this.surroundings.tags) === true;
  }

  isOpen(key: string): boolean {
    return this.writers.know(key);
  }

  generationOf(cell: CurrentCell<V>): Generation {
    return this.surroundings.base + (cell as CurrentCell<V> & EntryCell<V>).era;
  }

  /** As of now: nothing of it was invalidated until then. */
  stampOf({ tags }: CurrentCell<V>): TagStamp | undefined {
    return tags && { ...this.surroundings.tags.current(), tags };
  }

  /** Looks at no clock: a key whose writers' time has run out reads OPEN until a call that issues finds that out. */
  current(key: string): GenerationReading {
    if (this.writers.know(key)) return OPEN;
    const era = this.eraOf(key);
    return era === undefined ? ABSENT : this.surroundings.base + era;
  }

  snapshot(key: string): Generation {
    if (this.sealed || this.isHeld(key)) return 0;
    const { base, look } = this.surroundings;
    const cell = this.cells.get(key);
    if (cell !== undefined) return base + cell.era;
    const era = this.awaited.find(key) ?? ++this.lastEra;
    this.awaited.keep(key, era, look());
    return base + era;
  }

  bump(key: string): Generation {
    this.end(key);
    this.isHeld(key);
    return this.surroundings.base + ++this.lastEra;
  }

  fill(key: string, observed: Generation, value: CellFill<V>, ttlMs: number): boolean {
    const { base, clock, lifeWindow, maxEntries, tags } = this.surroundings;
    const { tagged } = value;
    if (tagged !== undefined && !tags.isAlive(tagged.seq, tagged.tags)) return false;
    const era = observed - base;
    const expiresAt = clock() + (lifeWindow ?? ttlMs);
    const cell = this.cells.get(key);
    if (cell !== undefined) {
      if (cell.era !== era) return false;
      cell.replace(value, expiresAt);
      return true;
    }
    // The number of the table, and not the difference, which may be no small integer to V8.
    const awaited = this.awaited.find(key);
    if (awaited === undefined || awaited !== era) return false;
    this.awaited.drop(key);
    if (this.cells.size >= maxEntries) this.evict();
    this.cells.set(key, new EntryCell(awaited, value, expiresAt));
    this.noteMove();
    return true;
  }

  /** What has begun to load the key anew may fill under the era that it saw. */
  drop(key: string): void {
    const cell = this.cells.get(key);
    if (cell === undefined) return;
    this.remove(key);
    this.awaited.keep(key, cell.era, this.surroundings.look());
  }

  clear(prefix: string): void {
    this.awaited.clear(prefix);
    for (const key of this.writers.keys()) if (key.startsWith(prefix)) this.isHeld(key);
    if (prefix !== '') {
      for (const key of this.cells.keys()) if (key.startsWith(prefix)) this.remove(key);
      return;
    }
    // `Map.clear` would leave what it held reachable from the table that the hand is on.
    this.cells = new Map();
    this.letGo();
  }

  /** Closes the key to readers until `deadline`, by the clock that `look` tells. */
  open(key: string, token: string, deadline: number): void {
    if (this.sealed) return;
    this.end(key);
    this.writers.set(key, token, deadline);
  }

  /** The bare generation of a key, which has no entry, for its fill deadline. */
  keep(key: string, generation: Generation): void {
    if (this.sealed || this.writers.know(key) || this.cells.has(key)) return;
    const { base, look } = this.surroundings;
    this.awaited.keep(key, Math.trunc(generation - base), look());
  }

  /** The keys that have an entry. */
  keys(): Iterable<string> {
    return this.cells.keys();
  }

  /** Drops everything, and takes and issues nothing any more that is kept. */
  seal(): void {
    this.sealed = true;
    this.writers.clear();
    this.clear('');
  }

  private eraOf(key: string): number | undefined {
    return this.cells.get(key)?.era ?? this.awaited.find(key);
  }

  /** Whether a living writer has the key open. Those whose time has run out are forgotten. */
  private isHeld(key: string): boolean {
    if (!this.writers.know(key)) return false;
    if (this.writers.hold(key, this.surroundings.look())) return true;
    this.writers.forget(key);
    return false;
  }

  private end(key: string): void {
    this.remove(key);
    this.awaited.drop(key);
  }

  private remove(key: string): void {
    if (this.cells.delete(key)) this.noteMove();
  }

  private evict(): void {
    for (let spared = 0; ;) {
      this.hand ??= this.cells.entries();
      const next = this.hand.next();
      if (next.done === true) {
        this.hand = undefined;
        continue;
      }
      const [key, cell] = next.value;
      if (cell.takeReads() && ++spared <= MOST_SPARED) continue;
      this.cells.delete(key);
      this.evictions++;
      this.moves = 0;
      return;
    }
  }

  /**
   * An iterator that rests keeps every table alive that its map has outgrown since: after so many changes that the map
   * may have outgrown one, the hand begins anew.
   */
  private noteMove(): void {
    if (this.hand !== undefined && ++this.moves > this.cells.size) this.letGo();
  }

  private letGo(): void {
    this.hand = undefined;
    this.moves = 0;
  }
}
