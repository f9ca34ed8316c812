import { hastyWriter } from '../roles/parts.js';
import { onlooker, reader } from '../roles/reads.js';
import { transactor } from '../roles/transactions.js';
import { intentWriter, writer } from '../roles/writes.js';
import type { Program } from '../world.js';
import { cold, warm } from './program.js';

const BOTH = ['a', 'b'];

/** Invalidated before the commit, the old row would be loaded again before it, and stay. */
export const TRANSACTION = cold(
  'a fill and an onlooker against a transaction that invalidates inside',
  ['a'],
  reader('a', 0),
  onlooker('a', 1),
  transactor(1, { writes: ['a'] }),
);

export const TRANSACTION_READS_ITS_OWN = warm(
  'a transaction reads what it has written',
  ['a'],
  onlooker('a', 0),
  transactor(1, { writes: ['a'], reads: ['a'] }),
);

export const ROLLBACK = cold(
  'a transaction reads what it has written, and is rolled back',
  ['a'],
  onlooker('a', 0),
  onlooker('a', 1),
  transactor(1, { writes: ['a'], reads: ['a'], ends: 'rollback' }),
);

/** What a transaction loads may be older than an invalidation that came before the load. */
export const LOAD_INSIDE = cold(
  'a transaction loads from its old snapshot, against an invalidation',
  BOTH,
  onlooker('b', 0),
  transactor(1, { reads: ['b'] }),
  writer('b', 0),
);

export const TRANSACTION_UNDER_INTENT: Program = {
  ...cold(
    'a transaction under an intent that was opened inside',
    ['a'],
    reader('a', 0),
    onlooker('a', 1),
    transactor(1, { writes: ['a'], intent: true }),
  ),
  promised: 'G2',
};

export const LOAD_INSIDE_BESIDE_AN_INTENT: Program = {
  ...cold(
    'a transaction loads from its old snapshot, against a write under an intent',
    BOTH,
    onlooker('b', 0),
    transactor(1, { writes: ['a'], reads: ['b'], intent: true }),
    intentWriter('b', 0),
  ),
  promised: 'G2',
};

/** Carried out with the scope, the invalidation would come before the commit. */
export const PART_THAT_OUTLIVES_ITS_SCOPE = cold(
  'a fill and an onlooker against a transaction that invalidates inside and outlives its scope',
  ['a'],
  reader('a', 0),
  onlooker('a', 1),
  hastyWriter('a', 1, { scope: 'transaction', invalidates: 'part' }),
);

/** What the scope has named is what its part goes on to write. */
export const SCOPE_THAT_NAMES_WHAT_ITS_PART_WRITES = cold(
  'a fill and an onlooker against a transaction that outlives the scope that invalidates for it',
  ['a'],
  reader('a', 0),
  onlooker('a', 1),
  hastyWriter('a', 1, { scope: 'transaction', invalidates: 'scope' }),
);

export const PART_THAT_OUTLIVES_ITS_INTENT: Program = {
  ...cold(
    'a fill and an onlooker against a transaction that outlives the intent around it',
    ['a'],
    reader('a', 0),
    onlooker('a', 1),
    hastyWriter('a', 1, { scope: 'intent', invalidates: 'neither' }),
  ),
  promised: 'G2',
};
