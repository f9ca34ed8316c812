import { ABSENT, type Generation, type GenerationReading, OPEN } from '../contracts/generation-store.js';
import type { InspectedGeneration } from '../contracts/inspection.js';
import type { Cell, CellGroup } from './local-cells.js';
import type { LocalLedger } from './local-ledger.js';
import { OneByOne } from './local-many.js';
import { LocalWriters } from './local-writers.js';

/** What has the generations of the keys of one prefix. */
export interface KeyGroup extends OneByOne {
  readonly reach: 'process';
  readonly writers: LocalWriters;
  inspect(key: string): InspectedGeneration;
  clear(prefix: string): void;
  /** Closes the key to readers until `deadline`, by the monotonic clock of the store. */
  open(key: string, token: string, deadline: number): void;
  /** Drops everything and keeps nothing any more. */
  seal(): void;
  /** A view owns nothing: it does nothing. */
  close(): void;
}

/** The keys of one prefix, given without it. Answers at once, and a hit costs one look-up and two compares. */
export class LocalGroup extends OneByOne implements KeyGroup, CellGroup {
  readonly reach = 'process';
  cells = new Map<string, Cell>();
  readonly writers = new LocalWriters();

  constructor(private readonly ledger: LocalLedger) {
    super();
    ledger.join(this);
  }

  /** Looks at no clock: a key whose writers' time has run out reads OPEN until a call that issues finds that out. */
  current(key: string): GenerationReading {
    const cell = this.cells.get(key);
    if (cell === undefined) return ABSENT;
    if (cell.touched < this.ledger.epoch) cell.touched = this.ledger.epoch;
    return cell.generation;
  }

  /** As `current`, and the cell counts as untouched. */
  inspect(key: string): InspectedGeneration {
    const now = this.ledger.look();
    const { writers, until } = this.writers.living(key, now);
    return { reading: this.cells.get(key)?.generation ?? ABSENT, writers, openForMs: until - now };
  }

  snapshot(key: string): Generation {
    const known = this.current(key);
    if (known === OPEN) return this.writers.hold(key, this.ledger.look()) ? 0 : this.bump(key);
    if (known !== ABSENT) return known;
    const generation = this.ledger.issue();
    return this.ledger.admit(this, key, generation) ? generation : 0;
  }

  bump(key: string): Generation {
    const generation = this.ledger.issue();
    const cell = this.cells.get(key);
    if (cell === undefined) this.ledger.admit(this, key, generation);
    else {
      if (!this.writers.hold(key, this.ledger.now)) {
        this.writers.forget(key);
        cell.generation = generation;
      }
      if (cell.touched < this.ledger.epoch) cell.touched = this.ledger.epoch;
    }
    return generation;
  }

  extend(key: string, generation: Generation, ttlMs: number): boolean {
    if (generation === OPEN) return false;
    const cell = this.cells.get(key);
    if (cell === undefined || cell.generation !== generation) return false;
    const epoch = this.ledger.epochOutliving(ttlMs);
    if (cell.touched < epoch) cell.touched = epoch;
    return true;
  }

  clear(prefix: string): void {
    if (prefix === '') return this.ledger.dropAll(this);
    const now = this.ledger.look();
    for (const key of this.cells.keys()) {
      if (key.startsWith(prefix) && !this.writers.hold(key, now)) this.ledger.drop(this, key);
    }
  }

  /** Closes the key to readers until `deadline`. After `look`. */
  open(key: string, token: string, deadline: number): void {
    const cell = this.cells.get(key);
    if (cell !== undefined) cell.generation = OPEN;
    else if (!this.ledger.admit(this, key, OPEN)) return;
    this.writers.set(key, token, deadline);
  }

  /** Hands every cell that begins with `prefix` over to `target`, which knows it without the prefix. */
  moveTo(target: LocalGroup, prefix: string): void {
    for (const [key, cell] of this.cells) {
      if (!key.startsWith(prefix)) continue;
      const own = key.slice(prefix.length);
      this.cells.delete(key);
      target.cells.set(own, cell);
      this.writers.moveTo(target.writers, key, own);
    }
  }

  /** As `moveTo`, for the keys that writers have open. The generations of the other keys end. */
  moveWritersTo(target: LocalWriters, prefix: string): void {
    for (const key of this.cells.keys()) {
      if (!key.startsWith(prefix)) continue;
      this.writers.moveTo(target, key, key.slice(prefix.length));
      this.ledger.drop(this, key);
    }
  }

  /** The ledger drops the cells of all groups at once. */
  seal(): void {}

  /** A view owns nothing: the store's `close` drops the cells. */
  close(): void {}
}
