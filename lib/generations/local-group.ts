import {
  ABSENT,
  type Generation,
  type GenerationReading,
  type GenerationStore,
} from '../contracts/generation-store.js';
import type { Cell, CellGroup } from './local-cells.js';
import type { LocalLedger } from './local-ledger.js';

/** The keys of one prefix, given without it. Answers at once, and a hit costs one look-up and two compares. */
export class LocalGroup implements GenerationStore, CellGroup {
  readonly reach = 'process';
  cells = new Map<string, Cell>();

  constructor(private readonly ledger: LocalLedger) {
    ledger.join(this);
  }

  current(key: string): GenerationReading {
    const cell = this.cells.get(key);
    if (cell === undefined) return ABSENT;
    if (cell.touched < this.ledger.epoch) cell.touched = this.ledger.epoch;
    return cell.generation;
  }

  snapshot(key: string): Generation {
    const known = this.current(key);
    if (known !== ABSENT) return known;
    const generation = this.ledger.issue();
    return this.ledger.admit(this, key, generation) ? generation : 0;
  }

  bump(key: string): Generation {
    const generation = this.ledger.issue();
    const cell = this.cells.get(key);
    if (cell === undefined) this.ledger.admit(this, key, generation);
    else {
      cell.generation = generation;
      if (cell.touched < this.ledger.epoch) cell.touched = this.ledger.epoch;
    }
    return generation;
  }

  extend(key: string, generation: Generation, ttlMs: number): boolean {
    const cell = this.cells.get(key);
    if (cell === undefined || cell.generation !== generation) return false;
    const epoch = this.ledger.epochOutliving(ttlMs);
    if (cell.touched < epoch) cell.touched = epoch;
    return true;
  }

  clear(prefix: string): void {
    if (prefix === '') return this.ledger.dropAll(this);
    for (const key of this.cells.keys()) if (key.startsWith(prefix)) this.ledger.drop(this, key);
  }

  currentMany(keys: readonly string[]): GenerationReading[] {
    return keys.map((key) => this.current(key));
  }

  snapshotMany(keys: readonly string[]): Generation[] {
    return keys.map((key) => this.snapshot(key));
  }

  bumpMany(keys: readonly string[]): Generation[] {
    return keys.map((key) => this.bump(key));
  }

  extendMany(items: readonly { readonly key: string; readonly generation: Generation }[], ttlMs: number): boolean[] {
    return items.map(({ key, generation }) => this.extend(key, generation, ttlMs));
  }

  /** Hands every cell that begins with `prefix` over to `heir`, which knows it without the prefix. */
  moveTo(heir: LocalGroup, prefix: string): void {
    for (const [key, cell] of this.cells) {
      if (!key.startsWith(prefix)) continue;
      this.cells.delete(key);
      heir.cells.set(key.slice(prefix.length), cell);
    }
  }

  /** A view owns nothing: the store's `close` drops the cells. */
  close(): void {}
}
