import { Cacheable } from 'cacheable';

export const cacheable = {
  async open({ entries, load, ttlMs }) {
    const cache = new Cacheable({ ttl: ttlMs });
    for (const [key, value] of entries) await cache.set(key, value);
    return {
      get: (key) => cache.get(key),
      getOrLoad: (key) => cache.getOrSet(key, () => load(key)),
      close: () => cache.disconnect(),
    };
  },
};
