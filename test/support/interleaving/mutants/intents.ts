import { CLEAR_OF_AN_OPEN_KEY, INTENT, INTENT_OF_A_HIT } from '../programs/intents.js';
import { LOST_BUMP, LOST_REPLY, RESTART_AND_CRASH, UNKNOWN_COMMIT } from '../programs/rough.js';
import { memory } from '../topologies/memory.js';
import { near, redis } from '../topologies/shared.js';
import type { Mutant } from './mutant.js';

/** What closes a key to readers, and for how long. */
export const LEFT_OPEN: readonly Mutant[] = [
  {
    name: 'an intent that does not refuse fills',
    edits: [
      {
        file: 'generations/local-group.ts',
        from: `if (cell !== undefined) cell.generation = OPEN;
    else if (!this.ledger.admit(this, key, OPEN)) return;`,
        to: 'if (cell === undefined && !this.ledger.admit(this, key, this.ledger.issue())) return;',
      },
    ],
    on: memory,
    caughtBy: INTENT,
  },
  {
    name: 'an intent that leaves the entry, and is not looked at by hits',
    edits: [
      {
        file: 'core/stores/entry-check.ts',
        from: 'return reading === generation && reading !== ABSENT;',
        to: 'return (reading === generation || reading === -1) && reading !== ABSENT;',
      },
    ],
    on: near,
    caughtBy: INTENT_OF_A_HIT,
  },
  {
    name: 'a write that begins although its keys could not be closed',
    edits: [
      { file: 'core/writing/write-intents.ts', from: 'if (failures.size > 0 && !proceeds) {', to: 'if (false) {' },
    ],
    on: redis,
    caughtBy: LOST_REPLY,
  },
  {
    name: 'a write that begins before its keys are closed',
    edits: [
      {
        file: 'core/writing/write-intents.ts',
        from: 'const failures = await this.close(sorted, opening);',
        to: 'const failures = new Map<string, unknown>(); void this.close(sorted, opening);',
      },
    ],
    on: redis,
    caughtBy: INTENT,
  },
  {
    name: 'fills on a server that may have lost open cells',
    edits: [{ file: 'core/access/access-policy.ts', from: 'intents.mayBeUnseen(key) ||', to: '' }],
    on: redis,
    caughtBy: RESTART_AND_CRASH,
    isDeep: true,
  },
  {
    name: 'a commit of unknown outcome is settled at once',
    edits: [
      {
        file: 'core/writing/transaction-writes.ts',
        from: 'settles ? this.settle() : NONE,',
        to: 'this.settle(),',
      },
    ],
    on: redis,
    caughtBy: UNKNOWN_COMMIT,
  },
  {
    name: 'reads of a key whose invalidation is pending',
    edits: [{ file: 'core/access/access-policy.ts', from: 'if (pending.holds(key)) return MISS_PENDING;', to: '' }],
    on: redis,
    caughtBy: LOST_BUMP,
    isDeep: true,
  },
  {
    name: 'a clear that opens what writers have closed',
    edits: [
      {
        file: 'generations/local-ledger.ts',
        from: 'const cell = group.writers.hold(key, now) ? group.cells.get(key) : undefined;',
        to: 'const cell = undefined as Cell | undefined;',
      },
    ],
    on: memory,
    caughtBy: CLEAR_OF_AN_OPEN_KEY,
  },
];
