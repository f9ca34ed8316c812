import { describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { makeCache } from '../../../../../lib/core/partitioned-cache.js';
import { LocalGenerationStore } from '../../../../../lib/generations/local-generation-store.js';
import { asCacheManager } from '../../../../../lib/nest/cache-manager/as-cache-manager.js';
import { MemoryProvider } from '../../../../../lib/providers/memory-provider.js';
import { TextCodec } from '../../../../support/core/text-codec.js';
import { MEMORY } from '../../../../support/core/topologies.js';

/** As JavaScript, or an `any`, lets a number through. */
const ID = 42 as unknown as string;

const CALLS: Readonly<Record<string, (cache: CasCacheService) => unknown>> = {
  get: (cache) => cache.get(ID),
  getSync: (cache) => cache.getSync(ID),
  getBulk: (cache) => cache.getBulk([ID]),
  getOrLoad: (cache) => cache.getOrLoad(ID, () => 'v'),
  getOrLoadMany: (cache) => cache.getOrLoadMany([ID], () => new Map()),
  'the Map of a loader that says what is not there': (cache) =>
    cache.getOrLoadMany(['42'], () => new Map([[ID, 'v']]), { missing: 'negative' }),
  'the Map of a loader': (cache) => cache.getOrLoadMany(['42'], () => new Map([[ID, 'v']])),
  swr: (cache) => cache.swr({ key: ID, load: () => 'v', ttl: '1m', fresh: '1s' }),
  snapshotGen: (cache) => cache.snapshotGen(ID),
  snapshotGens: (cache) => cache.snapshotGens([ID]),
  setWithGen: (cache) => cache.setWithGen(ID, 'v', 1),
  setBulkWithGens: (cache) => cache.setBulkWithGens([[ID, 'v']], new Map([[ID, 1]])),
  invalidate: (cache) => cache.invalidate(ID),
  'invalidate of a list': (cache) => cache.invalidate([ID]),
  erase: (cache) => cache.erase(ID),
  withWriteIntent: (cache) => cache.withWriteIntent(ID, () => 'written'),
  'cache-manager get': (cache) => asCacheManager(cache).get(ID),
  'cache-manager del': (cache) => asCacheManager(cache).del(ID),
};

const partitioned = (): CasCacheService =>
  makeCache(resolveNamespaceOptions({ namespace: 'user', partition: () => 'acme' }), {
    provider: new MemoryProvider(),
    generations: new LocalGenerationStore(),
    codec: new TextCodec(),
    hooks: [],
  });

describe.each(Object.entries(CALLS))('a number for a key: %s', (_, call) => {
  it.each([
    ['a namespace', () => MEMORY.rig().cache],
    ['one with partitions', partitioned],
  ])('says String(id): %s', async (_kind, make) => {
    let failed: unknown;
    try {
      await call(make());
    } catch (error) {
      failed = error;
    }
    expect((failed as Error | undefined)?.message).toContain('String(id)');
  });
});
