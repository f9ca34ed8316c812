import { UNCHECKED } from './checks.js';
import { REISSUED } from './issuing.js';
import type { Mutant } from './mutant.js';
import { MISORDERED } from './order.js';

/** Every mutant that needs no server. */
export const MUTANTS: readonly Mutant[] = [...UNCHECKED, ...MISORDERED, ...REISSUED];
