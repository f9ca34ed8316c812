import KeyvRedis from '@keyv/redis';
import { Cacheable } from 'cacheable';
import { TTL_MS, operations } from './operations.mjs';

/** Its first layer is always in process, and is not asked again: a hit of this one never leaves the process. */
export const cacheable = {
  async open({ url, entries }) {
    const cache = new Cacheable({ secondary: new KeyvRedis(url), ttl: TTL_MS });
    return operations(entries, {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      wrap: (key, value) => cache.getOrSet(key, async () => value),
      drop: (key) => cache.delete(key),
      close: () => cache.disconnect(),
    });
  },
};
