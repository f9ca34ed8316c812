import { FILL } from '../programs/fills.js';
import { LOST_GENERATION, LOST_TWICE } from '../programs/losses.js';
import { memory } from '../topologies/memory.js';
import type { Library } from '../library.js';
import type { Topology } from '../world.js';
import type { Mutant } from './mutant.js';
import { instead } from './broken-copy.js';
import { FILLS, HITS, ISSUING } from './places.js';

const on = (library: Library): Topology => memory(library, { stepwise: true });

/** How the generation store of a process issues. Its clock stands still in all programs. */
export const REISSUED: readonly Mutant[] = [
  {
    name: 'generations reissued within one millisecond',
    edits: [instead(ISSUING.highWaterMark, 'now')],
    on,
    caughtBy: FILL,
  },
  {
    name: 'a high-water mark for each key, lost with it',
    edits: [
      instead(ISSUING.bySnapshot, 'this.ledger.limits.clock() * 1_000'),
      instead(
        ISSUING.byBump,
        'Math.max((this.cells.get(key)?.generation ?? 0) + 1, this.ledger.limits.clock() * 1_000)',
      ),
    ],
    on,
    caughtBy: LOST_GENERATION,
  },
  {
    name: 'absent counts as 0',
    edits: [
      instead(HITS.absentProvesNothing, 'true'),
      instead(FILLS.nothingToFillUnder, 'undefined'),
      instead(ISSUING.whenAbsent, 'true'),
      instead(
        ISSUING.extendComparison,
        ({ text }) => `if (cell === undefined && generation === 0) return true;\n${text}`,
      ),
    ],
    on,
    caughtBy: LOST_GENERATION,
  },
  {
    name: 'a fill puts back a generation that it did not find',
    edits: [
      instead(
        ISSUING.extendComparison,
        ({ text }) => `if (cell === undefined) return this.ledger.admit(this, key, generation);\n${text}`,
      ),
    ],
    on,
    caughtBy: LOST_TWICE,
  },
];
