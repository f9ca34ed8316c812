import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options.js';
import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';

/** The code under test: the package itself, or a copy of it that was broken on purpose. */
export interface Library {
  readonly CasCacheService: typeof CasCacheService;
  readonly resolveNamespaceOptions: typeof resolveNamespaceOptions;
  readonly LocalGenerationStore: typeof LocalGenerationStore;
  readonly MemoryProvider: typeof MemoryProvider;
}

export const OURS: Library = { CasCacheService, resolveNamespaceOptions, LocalGenerationStore, MemoryProvider };
