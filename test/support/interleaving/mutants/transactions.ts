import { FILL } from '../programs/fills.js';
import {
  LOAD_INSIDE,
  PART_THAT_OUTLIVES_ITS_INTENT,
  PART_THAT_OUTLIVES_ITS_SCOPE,
  SCOPE_THAT_NAMES_WHAT_ITS_PART_WRITES,
  TRANSACTION,
  TRANSACTION_READS_ITS_OWN,
  TRANSACTION_UNDER_INTENT,
} from '../programs/transactions.js';
import { redis } from '../topologies/shared.js';
import type { Mutant } from './mutant.js';
import { instead } from './broken-copy.js';
import { FILLS, HITS, INTENTS, INVALIDATIONS, SCOPES } from './places.js';

/** What waits for a commit, and what must not be published before it. */
export const TOO_EARLY: readonly Mutant[] = [
  {
    name: 'a fill inside a transaction',
    edits: [instead(FILLS.notInsideATransaction, 'false'), instead(FILLS.loadInsideATransaction, 'false')],
    on: redis,
    caughtBy: LOAD_INSIDE,
  },
  {
    name: 'an invalidation that does not wait for the commit',
    edits: [instead(INVALIDATIONS.waitsForTheCommit, 'false')],
    on: redis,
    caughtBy: TRANSACTION,
  },
  {
    name: 'a transaction that hits what it has written',
    edits: [instead(HITS.writtenInThisTransaction, 'undefined')],
    on: redis,
    caughtBy: TRANSACTION_READS_ITS_OWN,
  },
  {
    name: 'an intent that ends before the transaction around it',
    edits: [
      instead(INTENTS.scope, ({ text }) => text.replace('inWriteScope', 'inOwnScope')),
      { file: INTENTS.scope.file, import: "import { inOwnScope } from './transaction-scope.js';" },
    ],
    on: redis,
    caughtBy: TRANSACTION_UNDER_INTENT,
  },
  {
    name: 'a part that collects in its scope, whose end comes before that of the part',
    edits: [instead(SCOPES.begun, ({ text }) => `outer === undefined ? ${text} : outer.run(() => work(outer))`)],
    on: redis,
    caughtBy: PART_THAT_OUTLIVES_ITS_SCOPE,
  },
  {
    name: 'a part that drops what it has collected when its scope has ended',
    edits: [instead(SCOPES.handsOver, ({ text }) => `${text} else if (this.isPart) this.members.clear();`)],
    on: redis,
    caughtBy: PART_THAT_OUTLIVES_ITS_SCOPE,
  },
  {
    name: 'a part that keeps what it has collected from the scope that is to carry it out',
    edits: [instead(SCOPES.handsOver, 'if (target !== undefined) this.members.clear();')],
    on: redis,
    caughtBy: PART_THAT_OUTLIVES_ITS_SCOPE,
  },
  {
    name: 'a scope that is carried out before its last part has ended, and not after it',
    edits: [instead(SCOPES.leftByItsLastPart, 'one.inside--;')],
    on: redis,
    caughtBy: SCOPE_THAT_NAMES_WHAT_ITS_PART_WRITES,
  },
  {
    name: 'an intent that ends before its last part',
    edits: [instead(INTENTS.lastPart, 'true')],
    on: redis,
    caughtBy: PART_THAT_OUTLIVES_ITS_INTENT,
  },
  {
    name: 'a disabled replica does not invalidate',
    edits: [instead(INVALIDATIONS.called, ({ text }) => `(this.active ? ${text} : undefined)`)],
    on: (library) => redis(library, { disabled: [1] }),
    caughtBy: FILL,
  },
];
