import { clearer, intentWriter, nestedWriter, writer } from '../roles/writes.js';
import { inTurn } from '../roles/disasters.js';
import { bulkReader, onlooker, reader } from '../roles/reads.js';
import type { Program } from '../world.js';
import { cold, warm } from './program.js';

const BOTH = ['a', 'b'];

/** Hits equal what is committed, at every moment. */
function exact(program: Program): Program {
  return { ...program, promised: 'G2' };
}

export const INTENT = exact(
  cold('a fill against a write under an intent', ['a'], reader('a', 0), onlooker('a', 1), intentWriter('a', 1)),
);

export const INTENT_OF_A_HIT = exact(
  warm('a hit against a write under an intent', ['a'], reader('a', 0), intentWriter('a', 1)),
);

export const TWO_INTENTS = exact(
  cold('a fill against two writes under intents', ['a'], reader('a', 0), intentWriter('a', 0), intentWriter('a', 1)),
);

export const INTENT_OF_MANY = exact(
  cold('a bulk fill against an intent on all members', BOTH, bulkReader(BOTH, 0), intentWriter(['b', 'a'], 1)),
);

export const INTENT_OF_A_MEMBER = exact(
  warm('a bulk hit against an intent on one member', BOTH, bulkReader(BOTH, 0), intentWriter('b', 1)),
);

export const CROSSED_INTENTS = exact(
  cold(
    'intents on the same keys in either order',
    BOTH,
    reader('a', 0),
    intentWriter(BOTH, 0),
    intentWriter(['b', 'a'], 1),
  ),
);

export const NESTED_INTENTS = exact(
  cold('two fills against an intent within an intent', BOTH, reader('a', 0), reader('b', 0), nestedWriter('a', 'b', 1)),
);

/** A writer without an intent breaks the equality, and leaves what every invalidation promises. */
export const MIXED = cold(
  'a fill against a write under an intent and a plain one',
  ['a'],
  reader('a', 0),
  intentWriter('a', 1),
  writer('a', 0),
);

/** The clear is for another key, and leaves the one that is open as it is. */
export const CLEAR_OF_AN_OPEN_KEY = exact(
  cold(
    'a clear while a write under an intent is under way',
    ['a'],
    inTurn(reader('a', 0), onlooker('a', 0)),
    intentWriter('a', 1),
    clearer(['b'], 0),
  ),
);
