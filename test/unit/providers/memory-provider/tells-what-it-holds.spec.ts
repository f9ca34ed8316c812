import { describe, expect, it } from '@jest/globals';
import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { MemoryCells } from '../../../../lib/memory/memory-cells.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { MEMORY, NEAR, TIERED } from '../../../support/core/topologies.js';

const LIFE = { ttlMs: 60_000 };

describe('what a provider in process holds', () => {
  it('values: entries, those of each scope by itself, and what went to make room', () => {
    const provider = new MemoryProvider<string>({ maxEntries: 2 });
    const scope = provider.scope?.('single:user:', {});
    for (const key of ['a', 'b', 'c']) scope?.set(key, key, LIFE);
    scope?.set('c', 'again', LIFE);
    scope?.delete('b');
    provider.set('single:other:a', 'a', LIFE);
    expect(scope?.usage?.()).toEqual({ entries: 1, evictions: 1 });
    expect(provider.usage()).toEqual({ entries: 2, evictions: 1 });
  });

  it('bytes: what they and their keys weigh', () => {
    const provider = new MemoryProvider<Uint8Array>({ holds: 'bytes', maxBytes: 25 });
    for (const key of ['a', 'b', 'c']) provider.set(key, Buffer.alloc(9), LIFE);
    expect(provider.usage()).toEqual({ entries: 2, bytes: 20, evictions: 1 });
  });

  it('cells: those that a cache has, and what went to make room', async () => {
    const provider = new MemoryProvider();
    const generations = new LocalGenerationStore();
    const cells = MemoryCells.of(provider, generations);
    const options = resolveNamespaceOptions({ namespace: 'user', maxEntries: 2 });
    const codec = new MsgpackCodec();
    const cache = new CasCacheService(options, { provider, generations, codec, cells, hooks: [] });
    for (const key of ['a', 'b', 'c']) await cache.getOrLoad(key, () => key);
    expect(cache.stats().memory).toEqual({ entries: 2, evictions: 1 });
  });

  it('is in the stats of a cache that holds entries in this process', async () => {
    for (const { rig } of [MEMORY, NEAR, TIERED]) {
      const { cache } = rig();
      await cache.getOrLoad('42', () => 'value');
      expect(cache.stats().memory ?? 'of a provider that does not tell').toBeDefined();
    }
  });
});
