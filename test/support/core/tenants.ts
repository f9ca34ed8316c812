import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { makeCache } from '../../../lib/core/partitioned-cache.js';
import type { CasCacheService } from '../../../lib/core/cas-cache.js';
import { LocalGenerationStore } from '../../../lib/generations/local-generation-store.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { ManualTimers } from './manual-timers.js';
import { TextCodec } from './text-codec.js';

/** A cache of the tenant `acme`, in bytes, whose clock is moved by hand. */
export function tenants<V>(options: Partial<CasCacheNamespaceOptions> = {}): {
  readonly cache: CasCacheService<V>;
  readonly timers: ManualTimers;
} {
  const timers = new ManualTimers();
  const resolved = resolveNamespaceOptions({ namespace: 'user', partition: () => 'acme', ...options });
  const parts = {
    provider: new MemoryProvider({ holds: 'bytes' }),
    generations: new LocalGenerationStore(),
    codec: new TextCodec(),
    hooks: [],
    timers,
  };
  return { cache: makeCache<V>(resolved, parts), timers };
}
