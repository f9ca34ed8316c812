import { newerBuild } from '../roles/newer-build.js';
import { bulkReader, onlooker, reader } from '../roles/reads.js';
import { writer } from '../roles/writes.js';
import { cold } from './program.js';

// Builds of two versions that share a store.

export const NEWER_FRAME = cold(
  "a newer build's frame beside a fill and a second reader",
  ['a'],
  reader('a', 0),
  onlooker('a', 1),
  newerBuild('a'),
);

export const NEWER_FRAME_AND_TWO_FILLS = cold(
  "a newer build's frame beside two fills",
  ['a'],
  reader('a', 0),
  reader('a', 1),
  newerBuild('a'),
);

export const NEWER_FRAME_OF_A_MEMBER = cold(
  "a newer build's frame beside a bulk fill",
  ['a', 'b'],
  bulkReader(['a', 'b'], 0),
  newerBuild('a'),
);

export const NEWER_FRAME_AND_INVALIDATION = cold(
  "a newer build's frame beside a fill and an invalidation",
  ['a'],
  reader('a', 0),
  writer('a', 1),
  newerBuild('a', { ends: true }),
);
