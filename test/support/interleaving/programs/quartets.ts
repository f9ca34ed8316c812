import { bulkReader, reader } from '../roles/reads.js';
import { intentWriter, writer } from '../roles/writes.js';
import type { Program, Troubles } from '../world.js';
import { cold } from './program.js';

// Four actors, each in a process of his own. For topologies of four processes: in fewer, they would share some.

const READERS = [reader('a', 0), reader('a', 1)];
const INTENT_WRITERS = [intentWriter('a', 2), intentWriter('a', 3)];
/** A writer dies anywhere, and one command is carried out twice, the second time late. */
const ROUGH: Troubles = { crashes: { most: 1, of: [2, 3] }, repeated: 1 };

export const TWO_READERS_TWO_WRITERS = cold('2 readers, 2 writers', ['a'], ...READERS, writer('a', 2), writer('a', 3));

export const BULK_READER_READER_TWO_WRITERS = cold(
  '1 bulk reader, 1 reader, 2 writers',
  ['a', 'b'],
  bulkReader(['a', 'b'], 0),
  reader('a', 1),
  writer('a', 2),
  writer('b', 3),
);

export const TWO_READERS_TWO_INTENT_WRITERS: Program = {
  ...cold('2 readers, 2 intent writers; a crash, a command twice', ['a'], ...READERS, ...INTENT_WRITERS),
  troubles: ROUGH,
  promised: 'G2',
};

export const AND_A_LOST_GENERATION: Program = {
  ...TWO_READERS_TWO_INTENT_WRITERS,
  name: '2 readers, 2 intent writers; a crash, a command twice, a generation lost',
  troubles: { ...ROUGH, lostGenerations: 1 },
};

/**
 * With its cell a key loses the protection of the write that is under way: what is left is what every invalidation
 * promises.
 */
export const AND_A_LOST_OPEN_CELL: Program = {
  ...TWO_READERS_TWO_INTENT_WRITERS,
  name: '2 readers, 2 intent writers; a crash, a command twice, an open cell lost (G1)',
  troubles: { ...ROUGH, lostOpenCells: 1 },
  promised: 'G1',
};

export const TWO_COMMANDS_TWICE: Program = {
  ...TWO_READERS_TWO_INTENT_WRITERS,
  name: '1 reader, 2 intent writers; a crash, two commands twice',
  cast: [reader('a', 0), ...INTENT_WRITERS],
  troubles: { ...ROUGH, repeated: 2 },
};
