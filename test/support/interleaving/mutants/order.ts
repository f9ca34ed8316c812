import { CLEAR } from '../programs/clears.js';
import { FILL, HALF_AN_INVALIDATION } from '../programs/fills.js';
import { RESTART_WITH_VALUES_LEFT } from '../programs/losses.js';
import { memory } from '../topologies/memory.js';
import { near, redis, tiered } from '../topologies/shared.js';
import type { Edit } from './broken-copy.js';
import type { Mutant } from './mutant.js';

/** G1 holds without it, because every read compares. What is lost is that a late fill is refused, and told so. */
export const NO_COMPARISON: readonly Edit[] = [
  {
    file: 'core/stores/separate-stores-backend.ts',
    from: "if (!(await this.generations.extend(this.generationKey(item.key), item.observed, ttlMs))) return 'stale';",
    to: 'await this.generations.extend(this.generationKey(item.key), item.observed, ttlMs);',
  },
];

/**
 * G1 holds all the same: the bump that follows ends whatever was put back in between. What is lost is that the first
 * command alone ends it, which is what is left of an invalidation whose process dies.
 */
export const DELETE_BEFORE_BUMP: readonly Edit[] = [
  { file: 'core/stores/bump-then-delete.ts', from: 'const removed = await attempt(() => remove(keys));', to: '' },
  {
    file: 'core/stores/bump-then-delete.ts',
    from: 'const bumped = await attempt(() => bump(keys));',
    to: `const removed = await attempt(() => remove(keys));
         const bumped = await attempt(() => bump(keys));`,
  },
];

/** What comes before what, and what must not be left out. */
export const MISORDERED: readonly Mutant[] = [
  {
    name: 'snapshot after the load',
    edits: [
      {
        file: 'core/loading/loads.ts',
        from: 'const values = await this.call(load, plan, notes);',
        to: `const values = await this.call(load, plan, notes);
             const late = await this.stores.snapshot([...load.observed.keys()]);
             late.forEach((generation, key) => load.observed.set(key, generation));`,
      },
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
    edits: [
      {
        file: 'core/stores/bump-then-delete.ts',
        from: 'const bumped = await attempt(() => bump(keys));',
        to: 'const bumped = keys.map(() => 1);',
      },
    ],
    on: near,
    caughtBy: FILL,
  },
  {
    name: 'a fill under whatever generation is current',
    edits: [
      {
        file: 'core/stores/separate-stores-backend.ts',
        from: "if (!(await this.generations.extend(this.generationKey(item.key), item.observed, ttlMs))) return 'stale';",
        to: 'item = { ...item, observed: await this.generations.current(this.generationKey(item.key)) };',
      },
    ],
    on: near,
    caughtBy: FILL,
  },
  {
    name: 'near is warmed under the generation of now',
    edits: [
      {
        file: 'core/stores/tiered-backend.ts',
        from: 'await this.near.put({ key, observed, prepared, stamp }, this.nearTtl(Math.min(remaining, this.limits.ttlMs)));',
        to: `const current = await this.near.generations.current(this.near.generationKey(key));
             await this.near.put({ key, observed: current, prepared }, this.limits.ttlMs);`,
      },
    ],
    on: tiered,
    caughtBy: RESTART_WITH_VALUES_LEFT,
  },
  {
    name: 'a clear that leaves the generations',
    edits: [
      {
        file: 'core/stores/bump-then-delete.ts',
        from: 'const ended = await attempt(endEras);',
        to: 'const ended = undefined;',
      },
    ],
    on: redis,
    caughtBy: CLEAR,
  },
];
