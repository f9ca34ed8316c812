import { CLEAR } from '../programs/clears.js';
import { FILL, HALF_AN_INVALIDATION } from '../programs/fills.js';
import { RESTART_WITH_VALUES_LEFT } from '../programs/losses.js';
import { memory } from '../topologies/memory.js';
import { near, redis, tiered } from '../topologies/shared.js';
import { instead } from './broken-copy.js';
import type { Edit } from './broken-copy.js';
import type { Mutant } from './mutant.js';
import { FILLS, INVALIDATIONS } from './places.js';

/** G1 holds without it, because every read compares. What is lost is that a late fill is refused, and told so. */
export const NO_COMPARISON: readonly Edit[] = [
  instead(FILLS.comparison, ({ text }) => `Promise.resolve(${text}).then(() => true)`),
];

/**
 * G1 holds all the same: the bump that follows ends whatever was put back in between. What is lost is that the first
 * command alone ends it, which is what is left of an invalidation whose process dies.
 */
export const DELETE_BEFORE_BUMP: readonly Edit[] = [
  instead(INVALIDATIONS.remove, 'Promise.resolve([])'),
  instead(INVALIDATIONS.bump, ({ text }) => `attempt(() => remove(keys)).then(() => ${text})`),
];

/** What comes before what, and what must not be left out. */
export const MISORDERED: readonly Mutant[] = [
  {
    name: 'snapshot after the load',
    edits: [
      instead(
        FILLS.theLoader,
        ({ text }) => `${text}
          const overtaken = await this.stores.snapshot([...load.observed.keys()]);
          overtaken.forEach((generation, key) => load.observed.set(key, generation));`,
      ),
    ],
    on: redis,
    caughtBy: FILL,
  },
  {
    name: 'delete before bump',
    edits: DELETE_BEFORE_BUMP,
    on: (library) => memory(library, { stepwise: true }),
    caughtBy: HALF_AN_INVALIDATION,
  },
  {
    name: 'delete without bump',
    edits: [instead(INVALIDATIONS.bump, 'Promise.resolve(keys.map(() => 1))')],
    on: near,
    caughtBy: FILL,
  },
  {
    name: 'a fill under whatever generation is current',
    edits: [
      instead(FILLS.comparison, `((item = { ...item, observed: await this.generations.current(item.key) }), true)`),
    ],
    on: near,
    caughtBy: FILL,
  },
  {
    name: 'near is warmed under the generation of now',
    edits: [
      instead(
        FILLS.keptNear,
        `this.near.put(
          { key, observed: await this.near.generations.current(key), prepared },
          this.limits.ttlMs,
        )`,
      ),
    ],
    on: tiered,
    caughtBy: RESTART_WITH_VALUES_LEFT,
  },
  {
    name: 'a clear that leaves the generations',
    edits: [instead(INVALIDATIONS.clear, 'undefined')],
    on: redis,
    caughtBy: CLEAR,
  },
];
