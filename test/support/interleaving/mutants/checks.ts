import { BULK_HIT } from '../programs/bulks.js';
import { FILL, HIT } from '../programs/fills.js';
import { LOST_GENERATION } from '../programs/losses.js';
import { memory } from '../topologies/memory.js';
import { near, redis, tiered } from '../topologies/shared.js';
import type { Mutant } from './mutant.js';

const stepwise = { stepwise: true } as const;

/** What a hit has to prove. */
export const UNCHECKED: readonly Mutant[] = [
  {
    name: 'no check on a hit',
    edits: [
      {
        file: 'core/split-lane.ts',
        from: ' reading = this.eras.current(this.eraKey(key));',
        to: ' reading = opened.gen;',
      },
    ],
    on: (library) => memory(library, stepwise),
    caughtBy: FILL,
  },
  {
    name: 'no check on a hit of many',
    edits: [
      {
        file: 'core/split-lane.ts',
        from: 'return opened instanceof Miss ? opened : this.judge(key, opened, readings[next++]);',
        to: 'return opened;',
      },
    ],
    on: near,
    caughtBy: BULK_HIT,
  },
  {
    name: 'no check on a hit where one server has both halves',
    edits: [
      { file: 'core/atomic-lane.ts', from: 'return this.check.judge(key, opened, reading);', to: 'return opened;' },
    ],
    // With both halves in one step no entry outlives its generation: it takes a key for which that cannot be had.
    on: (library) => redis(library, { joined: 'single steps' }),
    caughtBy: FILL,
  },
  {
    name: 'no check on a hit near',
    edits: [
      {
        file: 'core/tiered-lane.ts',
        from: 'const located = this.near.locate(key);',
        to: `const near = this.near;
             const entry = near.entries.get(near.entryKey(key));
             const located = entry === undefined ? near.locate(key) : entry;`,
      },
    ],
    on: tiered,
    caughtBy: HIT,
  },
  {
    name: 'no check on a bulk hit',
    edits: [{ file: 'core/bulk-path.ts', from: 'if (!proves(reading, member.gen))', to: 'if (false)' }],
    on: redis,
    caughtBy: BULK_HIT,
  },
  {
    name: 'a bulk hit checks only its first member',
    edits: [
      {
        file: 'core/bulk-path.ts',
        from: 'if (!proves(reading, member.gen))',
        to: 'if (i === 0 && !proves(reading, member.gen))',
      },
    ],
    on: redis,
    caughtBy: BULK_HIT,
  },
  {
    name: 'an absent generation validates',
    edits: [
      {
        file: 'core/entry-check.ts',
        from: 'return reading === generation && reading !== ABSENT;',
        to: 'return reading === generation || reading === ABSENT;',
      },
    ],
    on: (library) => memory(library, stepwise),
    caughtBy: LOST_GENERATION,
  },
];
