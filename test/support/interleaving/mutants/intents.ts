import { CLEAR_OF_AN_OPEN_KEY, INTENT, INTENT_OF_A_HIT } from '../programs/intents.js';
import { LOST_BUMP, LOST_REPLY, RESTART_AND_CRASH, UNKNOWN_COMMIT } from '../programs/rough.js';
import { memory } from '../topologies/memory.js';
import { near, redis } from '../topologies/shared.js';
import type { Mutant } from './mutant.js';
import { instead } from './broken-copy.js';
import { FILLS, HITS, INTENTS } from './places.js';

/** What closes a key to readers, and for how long. */
export const LEFT_OPEN: readonly Mutant[] = [
  {
    name: 'an intent that does not refuse fills',
    edits: [
      instead(
        INTENTS.localCell,
        'if (cell === undefined && !this.ledger.admit(this, key, this.ledger.issue())) return;',
      ),
    ],
    on: memory,
    caughtBy: INTENT,
  },
  {
    name: 'an intent that leaves the entry, and is not looked at by hits',
    edits: [instead(HITS.proof, ({ text }) => `(${text}) || reading === -1`)],
    on: near,
    caughtBy: INTENT_OF_A_HIT,
  },
  {
    name: 'a write that begins although its keys could not be closed',
    edits: [instead(INTENTS.refusal, 'false')],
    on: redis,
    caughtBy: LOST_REPLY,
  },
  {
    name: 'a write that begins before its keys are closed',
    edits: [instead(INTENTS.closing, ({ text }) => `(void ${text}, new Map())`)],
    on: redis,
    caughtBy: INTENT,
  },
  {
    name: 'fills on a server that may have lost open cells',
    edits: [instead(FILLS.notOnAServerThatLostCells, 'false')],
    on: redis,
    caughtBy: RESTART_AND_CRASH,
    isDeep: true,
  },
  {
    name: 'a commit of unknown outcome is settled at once',
    edits: [instead(INTENTS.unknownCommit, 'true')],
    on: redis,
    caughtBy: UNKNOWN_COMMIT,
  },
  {
    name: 'reads of a key whose invalidation is pending',
    edits: [instead(HITS.pendingInvalidation, 'false')],
    on: redis,
    caughtBy: LOST_BUMP,
    isDeep: true,
  },
  {
    name: 'a clear that opens what writers have closed',
    edits: [instead(INTENTS.keptByAClear, 'false')],
    on: memory,
    caughtBy: CLEAR_OF_AN_OPEN_KEY,
  },
];
