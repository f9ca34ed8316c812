import { afterAll, beforeAll } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';

import { tagClockKey, tagTableKey } from '../../../../lib/keys/storage-keys.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { sharedCluster, sharedRedis } from '../../../support/redis/shared-redis.js';
import { hideFlags } from '../../../support/redis/without-script-flags.js';
import { describeTagStoreContract } from '../../../support/tag-store-contract.js';

const alone = async (): Promise<Redis> => new Redis(await sharedRedis());
const cluster = async (): Promise<Cluster> => new Cluster([...(await sharedCluster()).nodes]);
const asItIs = (): void => undefined;

for (const [name, connect, keyPrefix, prepare] of [
  ['Redis', alone, '', asItIs],
  ['Redis, with a prefix', alone, 'shop:', asItIs],
  ['Redis that does not know script flags', alone, '', hideFlags],
  ['Redis Cluster', cluster, '', asItIs],
  ['Redis Cluster, with a prefix', cluster, 'shop:', asItIs],
  ['Redis Cluster, with a prefix that decides the slot', cluster, '{shop}:', asItIs],
  ['Redis Cluster, with a prefix that has a brace of its own', cluster, 'a}b:', asItIs],
] as const) {
  // What only another client can do to it.
  let outside: Redis | Cluster;

  beforeAll(async () => {
    outside = await connect();
  });

  afterAll(async () => {
    await outside.quit();
  });

  describeTagStoreContract(name, {
    isShared: true,
    isBegun: false,
    make: async () => {
      const client = await connect();
      const connection = new RedisConnection(client, { keyPrefix, onWarning: () => undefined });
      prepare(connection);
      // A master that is still to be vetted takes invalidations, and loses them with what it had.
      await connection.connect();
      const close = async (): Promise<void> => {
        await connection.close();
        await client.quit();
      };
      return { tags: new RedisGenerationStore(connection).tags, close };
    },
    lose: async (namespace, what) => {
      if (what !== 'table') await outside.del(keyPrefix + tagClockKey(namespace, keyPrefix));
      if (what !== 'clock') await outside.del(keyPrefix + tagTableKey(namespace, keyPrefix));
    },
  });
}
