import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import { describeProviderContract } from '../../support/provider-contract.js';
import { sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';

for (const [name, source] of [
  ['Redis', sharedRedis],
  ['Redis Cluster', sharedCluster],
] as const) {
  describeProviderContract(name, {
    holds: 'bytes',
    reach: 'shared',
    has: { clear: true, scope: false },
    make: async () => {
      const store = new RedisProvider(await source());
      return { store, close: () => store.close() };
    },
  });
}
