import type { Program } from '../world.js';
import * as bulks from './bulks.js';
import * as clears from './clears.js';
import * as fills from './fills.js';
import * as losses from './losses.js';

/** Every program. */
export const PROGRAMS: readonly Program[] = [fills, bulks, losses, clears].flatMap((file) => Object.values(file));
