import { OPEN } from '../contracts/generation-store.js';
import type { Generation, GenerationReading } from '../contracts/generation-store.js';
import type { InspectedGeneration } from '../contracts/inspection.js';
import type { KeyGroup } from '../generations/local-group.js';
import { OneByOne } from '../generations/local-many.js';
import type { LocalWriters } from '../generations/local-writers.js';
import type { CellScope } from './cell-scope.js';

/** The generations of cells, as a generation store has them. */
export class CellGenerations extends OneByOne implements KeyGroup {
  readonly reach = 'process';
  readonly writers: LocalWriters;

  constructor(private readonly cells: CellScope<unknown>) {
    super();
    this.writers = cells.writers;
  }

  current(key: string): GenerationReading {
    return this.cells.current(key);
  }

  inspect(key: string): InspectedGeneration {
    return { reading: this.cells.current(key), ...this.cells.writersOf(key) };
  }

  snapshot(key: string): Generation {
    return this.cells.snapshot(key);
  }

  /** Keeps the generation, as a caller of a generation store expects to find it. */
  bump(key: string): Generation {
    const generation = this.cells.bump(key);
    this.cells.keep(key, generation);
    return generation;
  }

  /** An entry in a cell has its generation as long as it lives; without one, that lives for the fill deadline. */
  extend(key: string, generation: Generation): boolean {
    const isCurrent = generation !== OPEN && this.cells.current(key) === generation;
    if (isCurrent) this.cells.keep(key, generation);
    return isCurrent;
  }

  clear(prefix: string): void {
    this.cells.clear(prefix);
  }

  open(key: string, token: string, deadline: number): void {
    this.cells.open(key, token, deadline);
  }

  seal(): void {
    this.cells.seal();
  }

  /** A view owns nothing: the store's `close` drops the cells. */
  close(): void {}
}
