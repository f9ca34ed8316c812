import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import type { CasProvider } from '../../../lib/contracts/provider.js';
import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { TieredProvider } from '../../../lib/providers/tiered-provider.js';
import { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';
import { until } from '../../support/redis/until.js';

/** One process: bytes of its own over those in Redis. */
function replica(connection: RedisConnection, namespace: string) {
  const process = new MemoryProvider<Uint8Array>({ maxBytes: 1_000_000 });
  const faults: unknown[] = [];
  const provider = new TieredProvider(
    [
      { name: 'process', provider: process },
      { name: 'redis', provider: new RedisProvider(connection) },
    ],
    { onFault: (...fault) => faults.push(fault) },
  );
  const cache = new CasCacheService(resolveNamespaceOptions({ namespace, fresh: '1m', timeout: '5s' }), {
    provider: provider as CasProvider,
    generations: new RedisGenerationStore(connection),
    codec: new JsonCodec(),
    hooks: [],
  });
  return { cache, process, faults, at: (key: string) => `single:${namespace}:${key}` };
}

describe.each([
  ['Redis', sharedRedis],
  ['Redis Cluster', sharedCluster],
] as const)('bytes in process over %s', (_, source) => {
  let connection: RedisConnection;

  beforeAll(async () => {
    connection = new RedisConnection(await source());
  });

  afterAll(() => connection.close());

  it('are never served once another process has invalidated them, and give way to what it has loaded since', async () => {
    const namespace = freshNamespace();
    const [one, two] = [replica(connection, namespace), replica(connection, namespace)];
    for (let version = 1; version <= 20; version++) {
      expect(await two.cache.getOrLoad('42', () => version)).toBe(version);
      expect(await one.cache.getOrLoad('42', () => -1)).toBe(version);
      expect((await one.cache.getBulk(['42'])).values.get('42')).toBe(version);
      // Reads alone have brought it into this process, too.
      await until(() => one.process.get(one.at('42')) !== undefined, 'a copy is kept in process');
      await two.cache.invalidate('42');
      expect(one.process.get(one.at('42'))).toBeDefined();
      if (version % 2 === 0) expect(await one.cache.get('42')).toBeUndefined();
    }
    expect([...one.faults, ...two.faults]).toEqual([]);
  });
});
