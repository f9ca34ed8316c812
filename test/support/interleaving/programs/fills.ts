import { onlooker, reader } from '../roles/reads.js';
import { writer } from '../roles/writes.js';
import { cold, warm } from './program.js';

export const FILL = cold('a fill against an invalidation', ['a'], reader('a', 0), writer('a', 1));

export const HIT = warm('a hit against an invalidation', ['a'], reader('a', 0), writer('a', 1));

/**
 * The second reader begins whenever it likes: also between the two halves of the other's fill, and of the invalidation.
 */
export const FILL_AND_ONLOOKER = cold(
  'a fill and a second reader against an invalidation',
  ['a'],
  reader('a', 0),
  onlooker('a', 1),
  writer('a', 1),
);

export const TWO_FILLS = cold(
  'two fills against an invalidation',
  ['a'],
  reader('a', 0),
  reader('a', 1),
  writer('a', 1),
);

export const TWO_INVALIDATIONS = cold(
  'a fill against two invalidations',
  ['a'],
  reader('a', 0),
  writer('a', 0),
  writer('a', 1),
);

/** A process may die after the first command of an invalidation: that alone has to end the life of what is cached. */
export const HALF_AN_INVALIDATION = cold(
  'a fill against half an invalidation',
  ['a'],
  reader('a', 0),
  onlooker('a', 1),
  writer('a', 0, { acknowledged: 'by-the-first-step' }),
);
