import type { Program } from '../world.js';
import * as builds from './builds.js';
import * as bulks from './bulks.js';
import * as clears from './clears.js';
import * as decorated from './decorated.js';
import * as fills from './fills.js';
import * as intents from './intents.js';
import * as losses from './losses.js';
import * as quartets from './quartets.js';
import * as refreshes from './refreshes.js';
import * as rough from './rough.js';
import * as sharing from './sharing.js';
import * as tags from './tags.js';
import * as tagsOfOthers from './tags-of-others.js';
import * as transactions from './transactions.js';

/** Every program that any topology can play. */
export const PROGRAMS: readonly Program[] = [
  fills,
  bulks,
  losses,
  clears,
  intents,
  transactions,
  decorated,
  sharing,
  refreshes,
].flatMap((file): Program[] => Object.values(file));

/** Those of a namespace with tags. */
export const OF_TAGS: readonly Program[] = Object.values(tags).filter((program) => program !== tags.TAG_FAILS);

/** Those of processes of which one has tags. */
export const OF_TAGS_OF_OTHERS: readonly Program[] = Object.values(tagsOfOthers);

/** Those for stores that hold frames. */
export const OF_TWO_BUILDS: readonly Program[] = Object.values(builds);

/** Those that need a server which troubles can befall. */
export const ROUGH: readonly Program[] = Object.values(rough);

/** Those of four processes. */
export const QUARTETS: readonly Program[] = Object.values(quartets);
