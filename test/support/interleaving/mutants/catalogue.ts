import { CELLS_LEFT } from './cells.js';
import { UNCHECKED } from './checks.js';
import { LEFT_OPEN } from './intents.js';
import { TAKEN_AWAY } from './frames.js';
import { REISSUED } from './issuing.js';
import type { Mutant } from './mutant.js';
import { MISORDERED } from './order.js';
import { SHARED_TOO_FREELY } from './sharing.js';
import { TOO_EARLY } from './transactions.js';

/** Every mutant that needs no server. */
export const MUTANTS: readonly Mutant[] = [
  ...UNCHECKED,
  ...CELLS_LEFT,
  ...MISORDERED,
  ...REISSUED,
  ...LEFT_OPEN,
  ...TOO_EARLY,
  ...SHARED_TOO_FREELY,
  ...TAKEN_AWAY,
];
