import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import { MsgpackCodec } from '../../../lib/codecs/msgpack.codec.js';
import type { CasCodec } from '../../../lib/contracts/codec.js';
import type { CasProvider } from '../../../lib/contracts/provider.js';
import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { valueKey } from '../../../lib/keys/storage-keys.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { TieredProvider } from '../../../lib/providers/tiered-provider.js';
import { KINDS } from '../../support/redis/redis-parts.js';
import type { RedisParts } from '../../support/redis/redis-parts.js';
import { freshNamespace } from '../../support/redis/shared-redis.js';

type Topology = 'redis' | 'tiered' | 'near' | 'bytes in process over redis';

describe.each(KINDS)('two builds of a namespace, in %s', (_, make) => {
  let parts: RedisParts;

  beforeAll(async () => {
    parts = await make();
  });

  afterAll(() => parts.close());

  function build(topology: Topology, options: CasCacheNamespaceOptions, codec: CasCodec): CasCacheService {
    const { provider, generations } = parts;
    const bytes = new MemoryProvider<Uint8Array>({ maxBytes: 1_000_000 });
    const providers: Record<Topology, CasProvider> = {
      redis: provider as CasProvider,
      tiered: provider as CasProvider,
      near: new MemoryProvider(),
      'bytes in process over redis': new TieredProvider([
        { name: 'process', provider: bytes },
        { name: 'redis', provider },
      ]) as CasProvider,
    };
    return new CasCacheService(resolveNamespaceOptions({ timeout: '5s', stampede: 'replicas', ...options }), {
      provider: providers[topology],
      near: topology === 'tiered' ? new MemoryProvider() : undefined,
      generations,
      codec,
      hooks: [],
    });
  }

  describe.each(['redis', 'tiered', 'near', 'bytes in process over redis'] as const)('in topology %s', (topology) => {
    // The last has no common slot with its generation in a Cluster.
    it.each(['42', 'x{tag}', 'a}b', 'someone@example.org'])('load %s once each, and reach each other', async (key) => {
      const namespace = freshNamespace();
      const older = build(topology, { namespace }, new MsgpackCodec() as CasCodec);
      const newer = build(topology, { namespace, valueVersion: '2' }, new JsonCodec() as CasCodec);
      let loads = 0;
      let row = 1;
      const read = (cache: CasCacheService): Promise<unknown> =>
        cache.getOrLoad(key, () => {
          loads++;
          return { row };
        });
      for (let i = 0; i < 10; i++) {
        expect(await read(older)).toEqual({ row: 1 });
        expect(await read(newer)).toEqual({ row: 1 });
      }
      expect(loads).toBe(2);
      for (const writer of [older, newer]) {
        row++;
        await writer.invalidate(key);
        for (const reader of [older, newer]) expect(await read(reader)).toEqual({ row });
      }
      expect(loads).toBe(6);
    });
  });

  it('keep their values, bulk frames and leases apart, and a clear by either frees them all', async () => {
    const { outside } = parts;
    const namespace = freshNamespace();
    const older = build('redis', { namespace }, new JsonCodec() as CasCodec);
    const newer = build('redis', { namespace, valueVersion: '2' }, new JsonCodec() as CasCodec);
    const foreign = build('redis', { namespace: `${namespace}x`, valueVersion: '2' }, new JsonCodec() as CasCodec);
    for (const cache of [older, newer, foreign]) {
      await cache.getOrLoadMany(['a', 'b{t}'], (missing) => new Map(missing.map((key) => [key, key])));
    }
    const names = ['a', 'b{t}'].flatMap((key) => [
      `single:${namespace}:${key}`,
      valueKey(`single:${namespace}@2:${key}`),
    ]);
    const present = async (name: string): Promise<number> => outside.exists(name);
    expect(await Promise.all(names.map(present))).toEqual([1, 1, 1, 1]);
    expect((await older.getBulk(['a', 'b{t}'])).missing).toEqual([]);
    await older.clear();
    expect(await Promise.all(names.map(present))).toEqual([0, 0, 0, 0]);
    for (const cache of [older, newer]) expect((await cache.getBulk(['a', 'b{t}'])).missing).toEqual(['a', 'b{t}']);
    expect((await foreign.getBulk(['a', 'b{t}'])).missing).toEqual([]);
  });
});
