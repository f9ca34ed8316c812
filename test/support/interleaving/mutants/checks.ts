import { BULK_HIT } from '../programs/bulks.js';
import { FILL, HIT } from '../programs/fills.js';
import { LOST_GENERATION } from '../programs/losses.js';
import { memory } from '../topologies/memory.js';
import { near, redis, tiered } from '../topologies/shared.js';
import type { Mutant } from './mutant.js';
import { instead } from './broken-copy.js';
import { HITS } from './places.js';

const stepwise = { stepwise: true } as const;

/** What a hit has to prove. */
export const UNCHECKED: readonly Mutant[] = [
  {
    name: 'no check on a hit',
    edits: [instead(HITS.checkedAlone, 'opened.gen')],
    on: (library) => memory(library, stepwise),
    caughtBy: FILL,
  },
  {
    name: 'no check on a hit of many',
    edits: [instead(HITS.checkedAmongMany, ({ args: [, entry] }) => entry as string)],
    on: near,
    caughtBy: BULK_HIT,
  },
  {
    name: 'no check on a hit where one server has both halves',
    edits: [instead(HITS.checkedInOneStep, ({ args: [, entry] }) => entry as string)],
    // With both halves in one step no entry outlives its generation: it takes a key for which that cannot be had.
    on: (library) => redis(library, { joined: 'single steps' }),
    caughtBy: FILL,
  },
  {
    name: 'no check on a hit near',
    edits: [
      instead(
        HITS.checkedNear,
        ({ text, args: [key] }) => `(this.near.entries.get(this.near.entryKey(${key})) ?? ${text})`,
      ),
    ],
    on: tiered,
    caughtBy: HIT,
  },
  {
    name: 'no check on a bulk hit',
    edits: [instead(HITS.checkedInABulkFrame, 'member')],
    on: redis,
    caughtBy: BULK_HIT,
  },
  {
    name: 'a bulk hit checks only its first member',
    edits: [instead(HITS.checkedInABulkFrame, ({ text }) => `(i > 0 ? member : ${text})`)],
    on: redis,
    caughtBy: BULK_HIT,
  },
  {
    name: 'versions of a value have generations of their own',
    edits: [instead(HITS.sharedByVersions, 'singlePrefix(this.namespace, this.valueVersion)')],
    on: (library) => near(library, { versions: ['2', undefined] }),
    caughtBy: HIT,
  },
  {
    name: 'an absent generation validates',
    edits: [instead(HITS.proof, ({ text }) => `(${text}) || reading === ABSENT`)],
    on: (library) => memory(library, stepwise),
    caughtBy: LOST_GENERATION,
  },
];
