import { FILL } from '../programs/fills.js';
import {
  LOAD_INSIDE,
  TRANSACTION,
  TRANSACTION_READS_ITS_OWN,
  TRANSACTION_UNDER_INTENT,
} from '../programs/transactions.js';
import { redis } from '../topologies/shared.js';
import type { Mutant } from './mutant.js';

/** What waits for a commit, and what must not be published before it. */
export const TOO_EARLY: readonly Mutant[] = [
  {
    name: 'a fill inside a transaction',
    edits: [
      { file: 'core/access/access-policy.ts', from: 'insideScope() ||', to: '' },
      { file: 'core/loading/read-through.ts', from: 'if (inside || miss.reason', to: 'if (miss.reason' },
    ],
    on: redis,
    caughtBy: LOAD_INSIDE,
  },
  {
    name: 'an invalidation that does not wait for the commit',
    edits: [
      {
        file: 'core/writing/transaction-aware-invalidator.ts',
        from: `if (scope !== undefined) this.writesIn(scope).invalidate(keys);
    else if (keys.length > 0)`,
        to: 'if (keys.length > 0)',
      },
    ],
    on: redis,
    caughtBy: TRANSACTION,
  },
  {
    name: 'a transaction that hits what it has written',
    edits: [
      {
        file: 'core/access/access-policy.ts',
        from: 'if (written()?.holds(key) === true) return MISS_WRITTEN_HERE;',
        to: '',
      },
    ],
    on: redis,
    caughtBy: TRANSACTION_READS_ITS_OWN,
  },
  {
    name: 'an intent that ends before the transaction around it',
    edits: [
      {
        file: 'core/writing/transaction-aware-invalidator.ts',
        from: 'return inWriteScope(async (scope) => {',
        to: 'return inOwnScope(async (scope) => {',
      },
      {
        file: 'core/writing/transaction-aware-invalidator.ts',
        from: 'import { currentScope, inWriteScope }',
        to: 'import { currentScope, inOwnScope, inWriteScope }',
      },
    ],
    on: redis,
    caughtBy: TRANSACTION_UNDER_INTENT,
  },
  {
    name: 'a disabled replica does not invalidate',
    edits: [
      {
        file: 'core/cas-cache.ts',
        from: 'await this.components.transactionAware.invalidate(keys);',
        to: 'if (this.active) await this.components.transactionAware.invalidate(keys);',
      },
    ],
    on: (library) => redis(library, { disabled: [1] }),
    caughtBy: FILL,
  },
];
