import { Random } from '../random.js';
import { clock } from '../roles/disasters.js';
import { bulkReader, onlooker, reader } from '../roles/reads.js';
import { transactor } from '../roles/transactions.js';
import { clearer, intentWriter, nestedWriter, writer } from '../roles/writes.js';
import type { Program, Role, Troubles } from '../world.js';
import { cold, warm } from './program.js';

const KEYS = ['a', 'b', 'c'];
const LEAST = 4;
const MORE = 4;

type Make = (on: number) => Role;

const READERS: readonly [Make, ...Make[]] = [
  (on) => reader('a', on),
  (on) => reader('b', on),
  (on) => onlooker('a', on),
  (on) => onlooker('b', on),
  (on) => bulkReader(['a', 'b'], on),
];
const EXACT_WRITERS: readonly [Make, ...Make[]] = [
  (on) => intentWriter('a', on),
  (on) => intentWriter('b', on),
  (on) => intentWriter(['b', 'a'], on),
  (on) => nestedWriter('a', 'b', on),
  (on) => transactor(on, { writes: ['c'], reads: ['a', 'b'], intent: true }),
];
const PLAIN_WRITERS: readonly [Make, ...Make[]] = [
  (on) => writer('a', on),
  (on) => writer(['a', 'b'], on),
  (on) => clearer(['b'], on),
  (on) => transactor(on, { writes: ['c'], reads: ['c', 'a'] }),
  (on) => transactor(on, { writes: ['c'], reads: ['c', 'b'], ends: 'rollback' }),
  ...EXACT_WRITERS,
];

/** Four to seven actors and a few troubles, put together at random: the same for the same seed. */
export function crowd(seed: number, processes: number, exact: boolean): Program {
  const random = new Random(seed);
  const on = (): number => random.below(processes);
  const cast: Role[] = [random.one(READERS)(on()), random.one(exact ? EXACT_WRITERS : PLAIN_WRITERS)(on())];
  while (cast.length < LEAST + random.below(MORE)) {
    cast.push(random.one(random.below(2) === 0 ? READERS : exact ? EXACT_WRITERS : PLAIN_WRITERS)(on()));
  }
  const lost = random.below(3);
  if (lost > 0) cast.push(clock(on(), 1 + random.below(2)));
  const troubles: Troubles = {
    crashes: { most: random.below(3), of: [on(), on()] },
    repeated: random.below(3),
    lost,
    lostGenerations: random.below(2),
    lostValues: random.below(2),
    ...(!exact && { outlasted: random.below(2), lostOpenCells: random.below(2) }),
  };
  const make = random.below(2) === 0 ? cold : warm;
  return {
    ...make(`a crowd by seed ${seed}: ${cast.map(({ name }) => name).join(', ')}`, KEYS, ...cast),
    troubles,
    promised: exact ? 'G2' : 'G1',
  };
}
