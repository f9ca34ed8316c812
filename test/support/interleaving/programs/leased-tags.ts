import { disaster, inTurn } from '../roles/disasters.js';
import { brokenSubscription, lostRegistry, longTime, network } from '../roles/leases.js';
import { onlooker } from '../roles/reads.js';
import { tagReader, tagTransactor, tagWriter } from '../roles/tags.js';
import { clearer, writer } from '../roles/writes.js';
import type { Program, Role } from '../world.js';
import { hold } from './leases.js';

// Tags of entries that a read lease stands for. What is announced arrives when the network delivers it.

interface Options extends Partial<Program> {
  readonly warm?: readonly number[];
}

const early = (on: number): Role => tagReader('a', on, ['t']);
const late = (on: number): Role => tagReader('a', on, [], ['t']);
const write = (on: number): Role => tagWriter(['a'], on, ['t']);
const another = (on: number): Role => tagWriter(['b'], on, ['u']);
const look = (): Role => onlooker('a', 0);
const twice = (): Role => inTurn(look(), look());

function leasedTags(name: string, cast: readonly Role[], { warm = [0, 1], ...rest }: Options = {}): Program {
  const setup: Program['setup'] = (scene) => hold(scene, warm, early);
  return { name, keys: ['a', 'b'], cast, timePasses: true, setup, ...rest };
}

export const LEASED_TAG_HIT = leasedTags('a hit by a lease against a tag elsewhere', [
  twice(),
  write(1),
  network(0, 2),
]);

export const LEASED_TAG_FILL = leasedTags(
  'a fill under a lease against a tag elsewhere',
  [inTurn(early(0), look(), look()), write(1), network(0, 1)],
  { warm: [] },
);

export const LEASED_TAG_FIRST_HIT = leasedTags(
  'a fill under a lease against a tag elsewhere, and its first hit',
  [inTurn(early(0), look()), write(1), network(0, 1)],
  { warm: [] },
);

export const LEASED_LATE_TAG_FILL = leasedTags(
  'a fill under a lease against a tag that its loader alone knows',
  [inTurn(late(0), look(), look()), write(1), network(0, 1)],
  { warm: [] },
);

/** Nothing is proven yet in the epoch that begins with it. */
export const LEASED_TAG_PROOF = leasedTags('a proof that is on its way against a tag elsewhere', [
  twice(),
  inTurn(lostRegistry(), longTime()),
  write(1),
  network(0, 2),
]);

/** Where values are shared, the process is warmed by what it reads. */
export const LEASED_TAG_WARMING = leasedTags(
  'an entry on its way from the tier behind against a tag elsewhere',
  [twice(), write(1), network(0, 1)],
  { warm: [1] },
);

export const LEASED_TAG_AND_ANOTHER = leasedTags('hits by a lease against their tag and another one', [
  twice(),
  write(1),
  another(1),
  network(0, 2),
]);

export const LEASED_TAG_AND_KEY = leasedTags(
  'a fill under a lease against its tag and its key',
  [inTurn(early(0), look(), look()), write(1), writer('a', 1), network(0, 2)],
  { warm: [] },
);

export const LEASED_TAG_AND_CLEAR = leasedTags('a hit by a lease against a clear, with tags', [
  twice(),
  clearer(['a'], 1),
  network(0, 2),
]);

const PART = '1:p:';

export const LEASED_TAG_AND_PART: Program = {
  ...leasedTags('a hit by a lease against a clear of its partition', [
    inTurn(onlooker(`${PART}a`, 0), onlooker(`${PART}a`, 0)),
    clearer([`${PART}a`], 1, PART),
    network(0, 2),
  ]),
  keys: [`${PART}a`],
  setup: (scene) => hold(scene, [0, 1], (on) => tagReader(`${PART}a`, on, [])),
};

export const LEASED_TAG_TRANSACTION = leasedTags('a hit by a lease against a tag in a transaction', [
  twice(),
  tagTransactor('a', 1, ['t']),
  network(0, 2),
]);

export const LEASED_TAG_BREAK = leasedTags('a subscription that breaks during an invalidation of a tag', [
  twice(),
  write(1),
  brokenSubscription(0),
  network(0, 2),
  longTime(),
]);

export const LEASED_TAG_REGISTRY_LOST = leasedTags('a registry that is lost during an invalidation of a tag', [
  twice(),
  write(1),
  lostRegistry(),
  network(0, 1),
]);

export const LEASED_TAGS_LOST = leasedTags('tags that are lost, and a hit by a lease against one', [
  twice(),
  inTurn(disaster('loseTagTable'), disaster('loseTagClock')),
  write(1),
  network(0, 2),
]);

/** Numbers of the new era are lower than those of before. */
export const LEASED_TAGS_SET_BACK = leasedTags('tags that are lost, and a clock that is set back', [
  twice(),
  inTurn(disaster('setTagsBack'), write(1)),
  network(0, 2),
]);

/** A number of the era before was heard in the epoch. */
export const LEASED_TAGS_SET_BACK_LATER = leasedTags('two eras of tags in one epoch', [
  inTurn(another(1), disaster('setTagsBack'), write(1)),
  inTurn(look(), look(), look()),
  network(0, 2),
]);

export const LEASED_TAG_FAILS = {
  ...leasedTags('a tag that is owed, and a hit by a lease in its process', [
    inTurn(early(0), early(0), look(), look()),
    write(0),
    network(1, 1),
  ]),
  troubles: { lost: 1 },
} satisfies Program;

export const LEASED_TAG_PROGRAMS: readonly Program[] = [
  LEASED_TAG_HIT,
  LEASED_TAG_FILL,
  LEASED_TAG_FIRST_HIT,
  LEASED_LATE_TAG_FILL,
  LEASED_TAG_PROOF,
  LEASED_TAG_WARMING,
  LEASED_TAG_AND_ANOTHER,
  LEASED_TAG_AND_KEY,
  LEASED_TAG_AND_CLEAR,
  LEASED_TAG_AND_PART,
  LEASED_TAG_TRANSACTION,
  LEASED_TAG_BREAK,
  LEASED_TAG_REGISTRY_LOST,
  LEASED_TAGS_LOST,
  LEASED_TAGS_SET_BACK,
  LEASED_TAGS_SET_BACK_LATER,
];
