import { inTurn } from '../roles/disasters.js';
import { filler, onlooker, reader } from '../roles/reads.js';
import { tagReader, tagWriter } from '../roles/tags.js';
import { clearer, writer } from '../roles/writes.js';
import type { Program, Role } from '../world.js';

// A process whose namespace has tags, 0, beside one without the option, 1: a roll-out half-way, or one that is taken
// back.

const early = (key = 'a'): Role => tagReader(key, 0, ['t']);
const late = (): Role => tagReader('a', 0, [], ['t']);
const write = (): Role => tagWriter(['a'], 0, ['t']);
const twice = (on: number): Role => inTurn(onlooker('a', on), onlooker('a', on));

/** The process without has met what the other stored. */
const MEETING = [early('b'), onlooker('b', 1)];

function beside(name: string, cast: readonly Role[], before: readonly Role[] = []): Program {
  return {
    name,
    keys: ['a', 'b'],
    cast,
    setup: async (scene) => {
      for (const role of [...before, ...MEETING]) await role.play(scene);
    },
  };
}

/** It loads nothing, so that all that it serves is what the other stored. */
export const OTHERS_TAG_HIT = beside('a hit without the option against a tag', [twice(1), early(), write()]);

export const OTHERS_TAG_HELD = beside(
  'what was held near before a tagged entry was met, against a tag',
  [twice(1), early(), write()],
  [reader('a', 1)],
);

/** The tags are known to the loader of the process with the option alone. */
export const OTHERS_FILL: Program = {
  ...beside('a fill without the option, read with it, against a tag', [filler('a', 1), late(), write(), twice(0)]),
  unasked: [1],
};

export const OTHERS_KEY = beside('two processes of which one has tags, against an invalidation', [
  reader('a', 1),
  inTurn(early(), onlooker('a', 0)),
  writer('a', 1),
]);

export const OTHERS_KEY_WITH = beside('two processes of which one has tags, against an invalidation there', [
  inTurn(reader('a', 1), onlooker('a', 1)),
  early(),
  writer('a', 0),
]);

export const OTHERS_CLEAR = beside('two processes of which one has tags, against a clear without', [
  reader('a', 1),
  inTurn(early(), onlooker('a', 0)),
  clearer(['a'], 1),
]);

export const OTHERS_CLEAR_WITH = beside('two processes of which one has tags, against a clear with', [
  inTurn(reader('a', 1), onlooker('a', 1)),
  early(),
  clearer(['a'], 0),
]);

/** It meets what the other stored while the two are at work. */
export const OTHERS_MEETING: Program = {
  name: 'two processes of which one has tags, which meet',
  keys: ['a', 'b'],
  cast: [inTurn(early(), early('b')), inTurn(reader('a', 1), onlooker('b', 1), onlooker('a', 1)), writer('a', 0)],
};
