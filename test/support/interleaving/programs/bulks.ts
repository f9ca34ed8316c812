import { bulkReader, onlooker } from '../roles/reads.js';
import { writer } from '../roles/writes.js';
import { cold, warm } from './program.js';

const BOTH = ['a', 'b'];

export const BULK_FILL = cold(
  'a bulk fill against an invalidation of one member',
  BOTH,
  bulkReader(BOTH, 0),
  writer('b', 1),
);

export const BULK_HIT = warm(
  'a bulk hit against an invalidation of one member',
  BOTH,
  bulkReader(BOTH, 0),
  writer('b', 1),
);

export const BULK_AND_SINGLE = warm(
  'a bulk hit and a single hit against an invalidation',
  BOTH,
  bulkReader(BOTH, 0),
  onlooker('a', 1),
  writer('a', 1),
);

export const BULK_INVALIDATION = cold(
  'a bulk fill against one invalidation of all members',
  BOTH,
  bulkReader(BOTH, 0),
  writer(BOTH, 1),
);
