import { bulkReader, reader } from '../roles/reads.js';
import { clearer, writer } from '../roles/writes.js';
import { cold, warm } from './program.js';

export const CLEAR = cold('a clear during a fill', ['a'], reader('a', 0), clearer(['a'], 1));

export const CLEAR_OF_A_HIT = warm('a clear during a hit', ['a'], reader('a', 0), clearer(['a'], 1));

export const CLEAR_DURING_A_BULK_FILL = cold(
  'a clear during a bulk fill',
  ['a', 'b'],
  bulkReader(['a', 'b'], 0),
  clearer(['a', 'b'], 1),
);

export const CLEAR_AND_INVALIDATION = cold(
  'a clear and an invalidation during a fill',
  ['a'],
  reader('a', 0),
  writer('a', 1),
  clearer(['a'], 0),
);
