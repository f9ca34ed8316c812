import { Cluster, Redis } from 'ioredis';

import type { Generation, GenerationStore } from '../../../lib/contracts/generation-store.js';
import { generationKey } from '../../../lib/keys/storage-keys.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { describeGenerationStoreContract } from '../../support/generation-store-contract.js';
import { sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';

/** The client of each store, for what only somebody outside can do to it. */
const clients = new WeakMap<GenerationStore, Redis | Cluster>();

const client = (store: GenerationStore): Redis | Cluster => clients.get(store) as Redis | Cluster;

for (const [name, connect] of [
  ['Redis', async () => new Redis(await sharedRedis())],
  ['Redis Cluster', async () => new Cluster([...(await sharedCluster()).nodes])],
] as const) {
  describeGenerationStoreContract(name, {
    reach: 'shared',
    has: { scope: false, cleanup: false },
    make: async () => {
      const outside = await connect();
      const store = new RedisGenerationStore(outside);
      clients.set(store, outside);
      const close = async (): Promise<void> => {
        await store.close();
        await outside.quit();
      };
      return { store, close };
    },
    lose: async (store: GenerationStore, key: string) => {
      await client(store).del(generationKey(key));
    },
    open: async (store: GenerationStore, key: string, previous: Generation) => {
      await client(store).set(generationKey(key), `!${previous};writer=${Date.now() + 60_000}`, 'PX', 60_000);
    },
  });
}
