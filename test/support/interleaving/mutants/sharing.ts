import { REFRESH_AND_REMOTE_INVALIDATION } from '../programs/refreshes.js';
import {
  CYCLE_OF_LOADS,
  NESTED_LOAD,
  SHARED_LOAD_AND_LOCAL_INVALIDATION,
  SHARED_LOAD_AND_REMOTE_INVALIDATION,
  SHARED_LOAD_OF_AN_OPEN_KEY,
} from '../programs/sharing.js';
import { memory } from '../topologies/memory.js';
import { redis } from '../topologies/shared.js';
import { instead } from './broken-copy.js';
import type { Edit } from './broken-copy.js';
import type { Mutant } from './mutant.js';
import { FILLS, INVALIDATIONS, SHARING } from './places.js';

/** Every caller that misses joins the load that runs. */
const JOIN_ANY: Edit = instead(SHARING.rule, 'true');

/** It ends what it knows of: as caches do that compare no generations. */
export const FORGET_WHAT_IS_INVALIDATED_HERE: readonly Edit[] = [
  JOIN_ANY,
  instead(
    INVALIDATIONS.called,
    ({ text, args: [keys] }) => `${text}.then(() => {
      for (const key of ${keys}) this.components.readThrough.planner.loads.running.delete(key);
    })`,
  ),
];

/** Who may share a load, and what may be stored of it. */
export const SHARED_TOO_FREELY: readonly Mutant[] = [
  {
    name: 'a load is shared across an invalidation in its process',
    edits: [JOIN_ANY],
    on: memory,
    caughtBy: SHARED_LOAD_AND_LOCAL_INVALIDATION,
  },
  {
    name: 'a load is shared across an invalidation in another process',
    edits: FORGET_WHAT_IS_INVALIDATED_HERE,
    on: redis,
    caughtBy: SHARED_LOAD_AND_REMOTE_INVALIDATION,
  },
  {
    name: 'a load is shared without a generation',
    edits: [instead(SHARING.rule, '(seen ?? 0) === (this.observed.get(key) ?? 0) && this.begunAt >= since')],
    on: redis,
    caughtBy: SHARED_LOAD_OF_AN_OPEN_KEY,
  },
  {
    name: 'a refresh in the background fills under what is current when it has loaded',
    edits: [
      instead(
        FILLS.theLoader,
        ({ text }) => `${text}
          if (plan.purpose === 'refresh') {
            const late = await this.stores.snapshot([...load.observed.keys()]);
            late.forEach((generation, key) => load.observed.set(key, generation));
          }`,
      ),
    ],
    on: redis,
    caughtBy: REFRESH_AND_REMOTE_INVALIDATION,
  },
  {
    name: 'a load waits for itself',
    edits: [instead(SHARING.nested, 'false'), instead(SHARING.cycle, 'false')],
    on: redis,
    caughtBy: NESTED_LOAD,
    isDeadlock: true,
  },
  {
    name: 'two loads wait for each other',
    edits: [instead(SHARING.cycle, 'false')],
    on: redis,
    caughtBy: CYCLE_OF_LOADS,
    isDeadlock: true,
  },
];
