import type { GenerationReading } from '../contracts/generation-store.js';
import type { LocalWriters } from './local-writers.js';

/** What is known of a key. */
export interface Cell {
  /**
   * What readers are told: the generation, or OPEN from the first writer's coming until a look finds that all are gone.
   */
  generation: GenerationReading;
  /** The epoch that it was last used in; ahead of now when it was promised to outlive an entry. */
  touched: number;
}

/** The cells of one prefix. `clear` replaces `cells`, so no caller may keep the map. */
export interface CellGroup {
  cells: Map<string, Cell>;
  /** The writers of the cells that are OPEN. */
  readonly writers: LocalWriters;
}

/** A walk over all cells of all groups, a few at a time. Cells may come and go between two steps. */
export class CellWalk {
  readonly #groups: Iterator<CellGroup>;
  #cells: Iterator<[string, Cell]> | undefined;
  #group: CellGroup | undefined;

  constructor(groups: Iterable<CellGroup>) {
    this.#groups = groups[Symbol.iterator]();
  }

  /** `undefined` at the end of the walk. */
  next(): { readonly group: CellGroup; readonly key: string; readonly cell: Cell } | undefined {
    for (;;) {
      const step = this.#cells?.next();
      if (step?.done === false && this.#group) return { group: this.#group, key: step.value[0], cell: step.value[1] };
      const group = this.#groups.next();
      if (group.done === true) return undefined;
      this.#group = group.value;
      this.#cells = group.value.cells.entries();
    }
  }

  /** The group's map is about to be replaced: an iterator left on it would keep all of it alive. */
  leave(group: CellGroup): void {
    if (this.#group === group) this.#cells = undefined;
  }
}
