import { disaster, inTurn, restart } from '../roles/disasters.js';
import { bulkReader, onlooker, reader } from '../roles/reads.js';
import { writer } from '../roles/writes.js';
import { cold, warm } from './program.js';

export const LOST_GENERATION = cold(
  'a generation lost during a fill and an invalidation',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  disaster('loseGeneration', 'a'),
);

/** Where the process that issues again has seen what was lost. */
export const LOST_GENERATION_HERE = cold(
  'a generation lost during a fill and an invalidation in its process',
  ['a'],
  reader('a', 0),
  writer('a', 0),
  disaster('loseGeneration', 'a'),
);

export const LOST_TWICE = cold(
  'a generation lost twice during a fill and an invalidation',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  inTurn(disaster('loseGeneration', 'a'), disaster('loseGeneration', 'a')),
);

export const LOST_GENERATION_OF_A_HIT = warm(
  'a generation lost during a hit and an invalidation',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  disaster('loseGeneration', 'a'),
);

export const LOST_GENERATION_OF_A_MEMBER = warm(
  'a generation lost under a bulk entry and an invalidation',
  ['a', 'b'],
  bulkReader(['a', 'b'], 0),
  writer('b', 1),
  disaster('loseGeneration', 'b'),
);

export const LOST_VALUE = warm(
  'a value lost during a hit and an invalidation',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  disaster('loseValue', 'a'),
);

export const FLUSH = cold(
  'FLUSHALL during a fill and an invalidation',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  disaster('flush'),
);

export const FLUSH_OF_A_HIT = warm(
  'FLUSHALL during a hit and an invalidation',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  disaster('flush'),
);

/** The process that restarts is the reader's: what it had sent may still arrive. */
export const RESTART = cold(
  'a restart during a fill and an invalidation',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  inTurn(restart(0), onlooker('a', 0)),
);

export const RESTART_WITH_VALUES_LEFT = warm(
  'a restart with values left in the store, during an invalidation',
  ['a'],
  writer('a', 1),
  restart(0),
  reader('a', 0),
);

export const RESTART_OF_THE_WRITER = warm(
  'a restart of the process that invalidates',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  restart(1),
);
