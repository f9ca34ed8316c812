import { createKeyv } from '@keyv/redis';
import { createCache } from 'cache-manager';
import { TTL_MS, operations } from './operations.mjs';

export const cacheManager = {
  async open({ url, entries }) {
    const cache = createCache({ stores: [createKeyv(url)], ttl: TTL_MS });
    return operations(entries, {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      wrap: (key, value) => cache.wrap(key, async () => value),
      drop: (key) => cache.del(key),
      close: () => cache.disconnect(),
    });
  },
};
