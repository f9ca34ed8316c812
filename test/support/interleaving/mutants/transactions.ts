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
        to: 'import { currentScope, inOwnScope }',
      },
    ],
    on: redis,
    caughtBy: TRANSACTION_UNDER_INTENT,
  },
  {
    name: 'a part that collects in its scope, whose end comes before that of the part',
    edits: [
      {
        file: 'core/writing/transaction-scope.ts',
        from: 'return inScope(new TransactionScope(outer, outer !== undefined), work);',
        to: `if (outer !== undefined) return outer.run(() => work(outer));
             return inScope(new TransactionScope(undefined, false), work);`,
      },
    ],
    on: redis,
    caughtBy: PART_THAT_OUTLIVES_ITS_SCOPE,
  },
  {
    name: 'a part that drops what it has collected when its scope has ended',
    edits: [
      {
        file: 'core/writing/transaction-scope.ts',
        from: 'if (heir !== undefined) this.handOverTo(heir);',
        to: 'if (heir !== undefined) this.handOverTo(heir); else if (this.isPart) this.members.clear();',
      },
    ],
    on: redis,
    caughtBy: PART_THAT_OUTLIVES_ITS_SCOPE,
  },
  {
    name: 'a part that keeps what it has collected from the scope that is to carry it out',
    edits: [
      {
        file: 'core/writing/transaction-scope.ts',
        from: 'if (heir !== undefined) this.handOverTo(heir);',
        to: 'if (heir !== undefined) this.members.clear();',
      },
    ],
    on: redis,
    caughtBy: PART_THAT_OUTLIVES_ITS_SCOPE,
  },
  {
    name: 'a scope that is carried out before its last part has ended, and not after it',
    edits: [
      {
        file: 'core/writing/transaction-scope.ts',
        from: 'if (--one.inside === 0 && one.hasEnded) left.push(one);',
        to: 'one.inside--;',
      },
    ],
    on: redis,
    caughtBy: SCOPE_THAT_NAMES_WHAT_ITS_PART_WRITES,
  },
  {
    name: 'an intent that ends before its last part',
    edits: [
      {
        file: 'core/writing/transaction-writes.ts',
        from: "const settles = isLast && ending === 'known';",
        to: "const settles = ending === 'known';",
      },
    ],
    on: redis,
    caughtBy: PART_THAT_OUTLIVES_ITS_INTENT,
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
