import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { TieredProvider } from '../../../lib/providers/tiered-provider.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import { describeProviderContract } from '../../support/provider-contract.js';
import { sharedRedis } from '../../support/redis/shared-redis.js';

describeProviderContract('bytes in process over Redis', {
  holds: 'bytes',
  reach: 'shared',
  has: { clear: true, scope: false },
  keepsCopies: true,
  make: async () => {
    const store = new TieredProvider([
      { name: 'process', provider: new MemoryProvider<Uint8Array>({ maxBytes: 100_000 }) },
      { name: 'redis', provider: new RedisProvider(await sharedRedis()) },
    ]);
    return { store, close: () => store.close() };
  },
});
