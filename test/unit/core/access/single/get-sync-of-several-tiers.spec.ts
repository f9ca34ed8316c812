import { describe, expect, it } from '@jest/globals';

import { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { LocalGenerationStore } from '../../../../../lib/generations/local-generation-store.js';
import { MemoryProvider } from '../../../../../lib/providers/memory-provider.js';
import { TieredProvider } from '../../../../../lib/providers/tiered-provider.js';
import { TextCodec } from '../../../../support/core/text-codec.js';

describe('tiers that are all in process', () => {
  it('are read at once, whichever has the entry', async () => {
    const [small, large] = [new MemoryProvider({ maxEntries: 1 }), new MemoryProvider()];
    const provider = new TieredProvider([
      { name: 'small', provider: small },
      { name: 'large', provider: large },
    ]);
    const parts = { provider, generations: new LocalGenerationStore(), codec: new TextCodec(), hooks: [] };
    const cache = new CasCacheService<number>(resolveNamespaceOptions({ namespace: 'user' }), parts);
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      await cache.setWithGen(key, value, await cache.snapshotGen(key));
    }
    expect(cache.getSync('b')).toBe(2);
    expect(cache.getSync('a')).toBe(1);
    expect(cache.getSync('c')).toBeUndefined();
  });
});
