import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { runInCasTransaction } from '../../../lib/core/writing/cas-transaction.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { CasCommitUnknownError } from '../../../lib/write-errors.js';
import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { MemoryCells } from '../../../lib/memory/memory-cells.js';
import { LeaseMember } from '../../../lib/redis/leases/member.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';

/** The code under test: the package itself, or a copy of it that was broken on purpose. */
export interface Library {
  readonly CasCacheService: typeof CasCacheService;
  readonly CasCommitUnknownError: typeof CasCommitUnknownError;
  readonly LeaseMember: typeof LeaseMember;
  readonly LocalGenerationStore: typeof LocalGenerationStore;
  readonly MemoryCells: typeof MemoryCells;
  readonly MemoryProvider: typeof MemoryProvider;
  readonly resolveNamespaceOptions: typeof resolveNamespaceOptions;
  readonly runInCasTransaction: typeof runInCasTransaction;
}

export const OURS: Library = {
  CasCacheService,
  CasCommitUnknownError,
  LeaseMember,
  LocalGenerationStore,
  MemoryCells,
  MemoryProvider,
  resolveNamespaceOptions,
  runInCasTransaction,
};
