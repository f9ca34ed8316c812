import { createCache } from 'cache-manager';

/** The memory store of its quick start, a Map without bounds: it hands out what was set. */
export const cacheManager = {
  async open({ entries, load, ttlMs }) {
    const cache = createCache({ ttl: ttlMs });
    for (const [key, value] of entries) await cache.set(key, value);
    return {
      get: (key) => cache.get(key),
      getOrLoad: (key) => cache.wrap(key, () => load(key)),
      close: () => cache.disconnect(),
    };
  },
};
