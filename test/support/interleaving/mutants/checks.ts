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
        file: 'core/stores/separate-stores-backend.ts',
        from: ' reading = this.generations.current(this.generationKey(key));',
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
        file: 'core/stores/separate-stores-backend.ts',
        from: 'opened instanceof Miss ? opened : this.judge(keys[i] as string, opened, readings[next++]),',
        to: 'opened,',
      },
    ],
    on: near,
    caughtBy: BULK_HIT,
  },
  {
    name: 'no check on a hit where one server has both halves',
    edits: [
      {
        file: 'core/stores/atomic-backend.ts',
        from: 'return this.check.judge(key, opened, reading);',
        to: 'return opened;',
      },
    ],
    // With both halves in one step no entry outlives its generation: it takes a key for which that cannot be had.
    on: (library) => redis(library, { joined: 'single steps' }),
    caughtBy: FILL,
  },
  {
    name: 'no check on a hit near',
    edits: [
      {
        file: 'core/stores/tiered-backend.ts',
        from: 'const located = this.near.readEntry(key);',
        to: `const near = this.near;
             const entry = near.entries.get(near.entryKey(key));
             const located = entry === undefined ? near.readEntry(key) : entry;`,
      },
    ],
    on: tiered,
    caughtBy: HIT,
  },
  {
    name: 'no check on a bulk hit',
    edits: [{ file: 'core/stores/bulk-frames.ts', from: 'if (!proves(reading, member.gen))', to: 'if (false)' }],
    on: redis,
    caughtBy: BULK_HIT,
  },
  {
    name: 'a bulk hit checks only its first member',
    edits: [
      {
        file: 'core/stores/bulk-frames.ts',
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
        file: 'core/stores/entry-check.ts',
        from: 'return reading === generation && reading !== ABSENT;',
        to: 'return reading === generation || reading === ABSENT;',
      },
    ],
    on: (library) => memory(library, stepwise),
    caughtBy: LOST_GENERATION,
  },
];
