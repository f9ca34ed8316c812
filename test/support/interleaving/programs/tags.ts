import { disaster, inTurn } from '../roles/disasters.js';
import { onlooker } from '../roles/reads.js';
import { manyTagsReader, tagReader, tagStorer, tagTransactor, tagWriter } from '../roles/tags.js';
import { clearer, writer } from '../roles/writes.js';
import type { Program, Role } from '../world.js';
import { cold } from './program.js';

// Entries with tags. A namespace of these programs has the option; every process reads and writes.

/** A program before which the readers have read once, in every process. */
function warm(name: string, keys: readonly string[], first: (on: number) => Role, ...cast: readonly Role[]): Program {
  return {
    name,
    keys,
    cast,
    setup: async (scene) => {
      for (const process of scene.world.processes.numbers) await first(process).play(scene);
    },
  };
}

const early = (on: number): Role => tagReader('a', on, ['t']);
const late = (on: number): Role => tagReader('a', on, [], ['t']);
const write = (on: number): Role => tagWriter(['a'], on, ['t']);
const another = (on: number): Role => tagWriter(['b'], on, ['u']);

export const TAG_HIT = warm('a hit against a tag', ['a'], early, early(0), write(1));
export const TAG_FILL = cold('a fill against a tag', ['a'], early(0), onlooker('a', 0), write(1));
export const LATE_TAG_FILL = cold(
  'a fill against a tag that its loader alone knows',
  ['a'],
  late(0),
  onlooker('a', 1),
  write(1),
);
export const TAG_FILL_HERE = cold('a fill against a tag in its process', ['a'], late(0), onlooker('a', 0), write(0));
export const TAG_FILL_BY_HAND = cold(
  'a fill by hand against a tag',
  ['a'],
  tagStorer('a', 0, ['t']),
  onlooker('a', 0),
  write(1),
);
export const TAG_JOIN = cold('a load that is shared, against a tag', ['a'], early(0), early(0), write(1));
export const LATE_TAG_JOIN = cold(
  'a load that is shared, against a tag that its loader alone knows',
  ['a'],
  late(0),
  late(0),
  write(1),
);
export const TAG_JOIN_HERE = cold(
  'a load that is shared, against a tag in its process',
  ['a'],
  late(0),
  late(0),
  write(0),
);
export const LATE_TAG_JOIN_AND_ANOTHER = cold(
  'a load that is shared, against its late tag and another tag',
  ['a', 'b'],
  late(0),
  inTurn(another(1), write(1)),
  late(0),
);
export const TAG_AND_ANOTHER = warm(
  'hits against their tag and another one',
  ['a', 'b'],
  early,
  inTurn(early(0), onlooker('a', 0)),
  inTurn(another(1), write(1)),
);
export const TWO_TAGS = warm(
  'hits of an entry with two tags',
  ['a', 'b'],
  (on) => tagReader('a', on, ['u', 't']),
  inTurn(onlooker('a', 0), onlooker('a', 0)),
  another(1),
  write(1),
);
/** What is told of the one says nothing of the other. */
export const TWO_ENTRIES: Program = {
  name: 'hits of two entries against the tag of each',
  keys: ['a', 'b'],
  cast: [inTurn(early(0), tagReader('b', 0, ['u'])), inTurn(another(1), write(1))],
  setup: async (scene) => {
    for (const role of [early(0), tagReader('b', 0, ['u'])]) await role.play(scene);
  },
};
export const TAG_AND_KEY = warm('a hit against its tag and its key', ['a'], early, early(0), write(1), writer('a', 0));
export const TAG_AND_CLEAR = warm(
  'a hit against a tag and a clear',
  ['a'],
  early,
  inTurn(early(0), onlooker('a', 0)),
  write(1),
  clearer(['a'], 1),
);
export const TAG_CLEARED_FILL = cold('a fill against a clear', ['a'], early(0), onlooker('a', 0), clearer(['a'], 1));
const PART = '1:p:';
export const PART_CLEARED = warm(
  'a hit and a fill against a clear of their partition',
  [`${PART}a`],
  (on) => tagReader(`${PART}a`, on, []),
  inTurn(tagReader(`${PART}a`, 0, []), onlooker(`${PART}a`, 0)),
  clearer([`${PART}a`], 1, PART),
);
export const TAG_TRANSACTION = warm(
  'a hit against a tag in a transaction',
  ['a'],
  early,
  inTurn(early(0), onlooker('a', 0)),
  tagTransactor('a', 1, ['t']),
);
export const MANY_TAGS = warm(
  'many keys, of which one is ended by its tag',
  ['a', 'b'],
  (on) => manyTagsReader(['a', 'b'], on),
  manyTagsReader(['a', 'b'], 0),
  tagWriter(['b'], 1, ['B']),
);
export const MANY_TAGS_COLD = cold(
  'a load of many keys, of which one is ended by its tag',
  ['a', 'b'],
  manyTagsReader(['a', 'b'], 0),
  onlooker('b', 0),
  tagWriter(['b'], 1, ['B']),
);

/** Where the clock and the rows are on a server. */
const lost = (...roles: readonly Role[]): readonly Role[] => [inTurn(early(0), onlooker('a', 0)), write(1), ...roles];

export const TAG_CLOCK_LOST = warm('a tag whose clock is lost', ['a'], early, ...lost(disaster('loseTagClock')));
export const TAG_TABLE_LOST = warm('a tag whose rows are lost', ['a'], early, ...lost(disaster('loseTagTable')));
export const TAGS_LOST = warm(
  'a tag of which clock and rows are lost',
  ['a'],
  early,
  ...lost(inTurn(disaster('loseTagTable'), disaster('loseTagClock'))),
);
export const TAG_PRUNED = warm('a tag whose row is forgotten', ['a'], early, ...lost(disaster('pruneTags')));
export const TAG_GENERATION_LOST = warm(
  'a tag, and a generation that is lost',
  ['a'],
  early,
  ...lost(disaster('loseGeneration', 'a')),
);
export const TAG_TWICE = {
  ...warm('a tag that is invalidated twice, and late', ['a'], early, inTurn(early(0), onlooker('a', 0)), write(1)),
  troubles: { repeated: 1 },
} satisfies Program;
export const TAG_FAILS = {
  ...warm('a tag whose invalidation fails', ['a'], early, inTurn(early(0), onlooker('a', 0)), write(0)),
  troubles: { lost: 1 },
  timePasses: true,
} satisfies Program;
