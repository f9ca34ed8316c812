import { inTurn } from '../roles/disasters.js';
import { impatientReader, manyReader, roundaboutReader, slowReader } from '../roles/loads.js';
import { onlooker, reader } from '../roles/reads.js';
import { transactor } from '../roles/transactions.js';
import { intentWriter, writer } from '../roles/writes.js';
import type { Program } from '../world.js';
import { cold, warm } from './program.js';

// Callers in one process who may share a load.

export const SHARED_LOAD_AND_LOCAL_INVALIDATION = cold(
  'two readers share a load, against an invalidation in their process',
  ['a'],
  reader('a', 0),
  reader('a', 0),
  writer('a', 0),
);

/** Nobody in the process knows of it: only the generation does, that the second reader has read. */
export const SHARED_LOAD_AND_REMOTE_INVALIDATION = cold(
  'two readers share a load, against an invalidation in another process',
  ['a'],
  reader('a', 0),
  reader('a', 0),
  writer('a', 1),
);

/** The load begins under one intent, and its second caller comes under the next: nobody has a generation to compare. */
export const SHARED_LOAD_OF_AN_OPEN_KEY = {
  ...cold(
    'two readers of a key that is open, and open again',
    ['a'],
    slowReader('a', 0),
    slowReader('a', 0),
    inTurn(intentWriter('a', 1), intentWriter('a', 1)),
  ),
  promised: 'G1',
} satisfies Program;

export const LOAD_OF_MANY_AND_ONE = cold(
  'a load of many joins one of its members, against an invalidation',
  ['a', 'b'],
  reader('a', 0),
  manyReader(['a', 'b'], 0),
  writer('a', 1),
);

export const LOAD_OF_MANY_AND_LOCAL_INVALIDATION = cold(
  'a load of many that others join, against an invalidation in their process',
  ['a', 'b'],
  manyReader(['b', 'a'], 0),
  reader('a', 0),
  writer('a', 0),
);

export const TWO_LOADS_OF_MANY = cold(
  'two loads of many that overlap, against an invalidation',
  ['a', 'b'],
  manyReader(['a', 'b'], 0),
  manyReader(['b', 'a'], 0),
  writer(['a', 'b'], 1),
);

export const NESTED_LOAD = cold(
  'a load that reads its own key, against an invalidation',
  ['a'],
  roundaboutReader('a', 'a', 0),
  reader('a', 0),
  writer('a', 1),
);

export const CYCLE_OF_LOADS = cold(
  'two loads that read the key of each other, against an invalidation',
  ['a', 'b'],
  roundaboutReader('a', 'b', 0),
  roundaboutReader('b', 'a', 0),
  writer('a', 1),
);

export const ONE_GIVES_UP = cold(
  'of two who share a load one gives up, against an invalidation',
  ['a'],
  impatientReader('a', 0),
  reader('a', 0),
  writer('a', 1),
);

/** What it loads may be older than the read of the other. */
export const LOAD_INSIDE_IS_NOT_SHARED = cold(
  'a reader, and a transaction that loads from its old snapshot, against an invalidation',
  ['a', 'b'],
  reader('a', 0),
  transactor(0, { writes: ['b'], reads: ['a'] }),
  writer('a', 1),
);

const LEASED = { stampede: 'replicas' } as const;

/**
 * The second reader may come when the first, who waits for his turn to load, has read already what was filled
 * elsewhere.
 */
export const LOAD_OF_ONE_REPLICA = {
  ...cold(
    'two readers wait for their turn to load what another replica fills, against an invalidation',
    ['a'],
    reader('a', 0, LEASED),
    inTurn(writer('a', 0), reader('a', 0, LEASED)),
    reader('a', 1),
  ),
  timePasses: true,
} satisfies Program;

export const LOADS_OF_TWO_REPLICAS = {
  ...warm(
    'readers of two replicas wait for each other, against an invalidation',
    ['a'],
    reader('a', 0, LEASED),
    inTurn(writer('a', 1), reader('a', 1, LEASED)),
    onlooker('a', 0),
  ),
  timePasses: true,
} satisfies Program;
