import { FILL } from '../programs/fills.js';
import { LOST_GENERATION, LOST_TWICE } from '../programs/losses.js';
import { memory } from '../topologies/memory.js';
import type { Library } from '../library.js';
import type { Topology } from '../world.js';
import type { Mutant } from './mutant.js';

const on = (library: Library): Topology => memory(library, { stepwise: true });

/** How the generation store of a process issues. Its clock stands still in all programs. */
export const REISSUED: readonly Mutant[] = [
  {
    name: 'generations reissued within one millisecond',
    edits: [
      {
        file: 'generations/local-mark.ts',
        from: 'this.#mark = Math.max(this.#mark + 1, now <= CLOCK_CEILING ? now : 0);',
        to: 'this.#mark = now;',
      },
    ],
    on,
    caughtBy: FILL,
  },
  {
    name: 'a high-water mark for each key, lost with it',
    edits: [
      {
        file: 'generations/local-group.ts',
        from: `    const generation = this.ledger.issue();
    return this.ledger.admit`,
        to: `    const generation = this.ledger.limits.clock() * 1_000;
    return this.ledger.admit`,
      },
      {
        file: 'generations/local-group.ts',
        from: `    const generation = this.ledger.issue();
    const cell = this.cells.get(key);`,
        to: `    const cell = this.cells.get(key);
    const generation = Math.max((cell?.generation ?? 0) + 1, this.ledger.limits.clock() * 1_000);`,
      },
    ],
    on,
    caughtBy: LOST_GENERATION,
  },
  {
    name: 'absent counts as 0',
    edits: [
      { file: 'core/stores/entry-check.ts', from: ' && reading !== ABSENT;', to: ';' },
      { file: 'core/access/single-key-access.ts', from: "observed === 0 ? 'unavailable' : undefined", to: 'undefined' },
      {
        file: 'generations/local-group.ts',
        from: 'if (known !== ABSENT) return known;',
        to: 'return known;',
      },
      {
        file: 'generations/local-group.ts',
        from: 'if (cell === undefined || cell.generation !== generation) return false;',
        to: 'if (cell === undefined || cell.generation !== generation) return cell === undefined && generation === 0;',
      },
    ],
    on,
    caughtBy: LOST_GENERATION,
  },
  {
    name: 'a fill puts back a generation that it did not find',
    edits: [
      {
        file: 'generations/local-group.ts',
        from: 'if (cell === undefined || cell.generation !== generation) return false;',
        to: `if (cell === undefined) return this.ledger.admit(this, key, generation);
             if (cell.generation !== generation) return false;`,
      },
    ],
    on,
    caughtBy: LOST_TWICE,
  },
];
