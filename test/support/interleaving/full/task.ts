import type { Exploration } from '../explore.js';
import type { Trial } from '../mutants/trial.js';
import type { Laboratory } from './laboratory.js';

/** What came of a part of the search. */
export type Outcome = { readonly explored: Exploration } | { readonly tried: Trial };

/** A part of the search that one process can do by itself. */
export interface Task {
  readonly name: string;
  /** The heavy ones come first, so that all processes end together. */
  readonly isHeavy?: boolean;
  run(laboratory: Laboratory): Promise<Outcome>;
}
