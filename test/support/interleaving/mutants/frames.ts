import { NEWER_FRAME } from '../programs/builds.js';
import { memory } from '../topologies/memory.js';
import { redis } from '../topologies/shared.js';
import { instead } from './broken-copy.js';
import type { Mutant } from './mutant.js';
import { FRAMES } from './places.js';

/** What is done with a frame that only a newer build can read. */
export const TAKEN_AWAY: readonly Mutant[] = [
  {
    name: "a newer build's frame is deleted as corrupt",
    edits: [instead(FRAMES.unknownIsNotCorrupt, 'false')],
    on: redis,
    caughtBy: NEWER_FRAME,
  },
  {
    name: "a fill in process overwrites a newer build's frame",
    edits: [instead(FRAMES.looksBeforeItFills, 'false')],
    on: (library) => memory(library, { holds: 'bytes' }),
    caughtBy: NEWER_FRAME,
  },
];
