import { clock, inTurn } from '../roles/disasters.js';
import { bulkReader, onlooker, reader } from '../roles/reads.js';
import { clearer, intentWriter, unsureWriter, writer } from '../roles/writes.js';
import type { Program, Troubles } from '../world.js';
import { cold, warm } from './program.js';

// What needs a server that things can befall.

function rough(program: Program, troubles: Troubles, promised: Program['promised'] = 'G2'): Program {
  return { ...program, troubles, promised };
}

const ONE_KEY = cold('', ['a'], reader('a', 0), onlooker('a', 0), intentWriter('a', 1));
const named = (name: string, program = ONE_KEY): Program => ({ ...program, name });

export const CRASH = rough(named('a writer under an intent dies anywhere'), { crashes: { most: 1, of: [1] } });

export const CRASH_OF_MANY = rough(
  cold(
    'a writer of many under an intent dies anywhere',
    ['a', 'b'],
    bulkReader(['a', 'b'], 0),
    intentWriter(['a', 'b'], 1),
  ),
  { crashes: { most: 1, of: [1] } },
);

export const REPEATED = rough(named('a command of an intent comes twice'), { repeated: 1 });

export const REPEATED_AMONG_WRITERS = rough(
  cold(
    'a command comes twice, among two intents',
    ['a'],
    inTurn(reader('a', 0), onlooker('a', 0)),
    intentWriter('a', 0),
    intentWriter('a', 1),
  ),
  { repeated: 1 },
);

/** Open, settled, or neither: whoever got no answer does not know, and does what is safe. */
export const LOST_REPLY = rough(named('a command of an intent fails, carried out or not'), { lost: 1 });

export const LOST_REPLY_OF_MANY = rough(
  cold(
    'a command of an intent on many fails',
    ['a', 'b'],
    onlooker('a', 0),
    reader('b', 0),
    intentWriter(['a', 'b'], 1),
  ),
  { lost: 1 },
);

export const LOST_SETTLE_IS_RETRIED = rough(
  cold('commands of an intent fail, and time passes', ['a'], reader('a', 0), intentWriter('a', 1), clock(1, 1)),
  { lost: 1 },
);

export const LOST_BUMP = rough(
  cold('an invalidation fails, and is retried', ['a'], reader('a', 0), writer('a', 1), onlooker('a', 1), clock(1, 2)),
  { lost: 1 },
  'G1',
);

export const LOST_CLEAR = rough(
  cold('a clear fails, and is retried', ['a'], reader('a', 0), clearer(['a'], 1), clock(1, 1)),
  { lost: 1 },
  'G1',
);

export const LOST_FILL = rough(
  warm('a fill or a read fails', ['a'], reader('a', 0), onlooker('a', 1), intentWriter('a', 1)),
  { lost: 1, lostValues: 1 },
);

export const OUTLASTED = rough(named('a write outlasts its lease (G1)'), { outlasted: 1 }, 'G1');

export const LOST_CELL = rough(named('an open cell is lost (G1)'), { lostOpenCells: 1 }, 'G1');

export const LOST_PLAIN_CELL = rough(named('a plain generation is lost under intents'), { lostGenerations: 1 });

/** Everybody knows of it, so that nobody fills a key on which somebody may be at work. */
export const RESTART_UNDER_INTENTS = rough(named('the server restarts empty under an intent'), { restarts: 1 });

export const RESTART_AND_CRASH = rough(
  cold('the server restarts empty, and the writer dies', ['a'], reader('a', 0), intentWriter('a', 1)),
  { restarts: 1, crashes: { most: 1, of: [1] } },
);

/** The answer to the commit is lost: it takes effect within the lease, or never. */
export const UNKNOWN_COMMIT = rough(
  cold('the answer to a commit under an intent is lost', ['a'], reader('a', 0), onlooker('a', 0), unsureWriter('a', 1)),
  {},
);
