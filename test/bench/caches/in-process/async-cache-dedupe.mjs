import { createCache } from 'async-cache-dedupe';

export const asyncCacheDedupe = {
  async open({ entries, capacity, load, ttlMs }) {
    const cache = createCache({ ttl: ttlMs / 1_000, storage: { type: 'memory', options: { size: capacity } } });
    cache.define('find', load);
    for (const [key] of entries) await cache.find(key);
    return { getOrLoad: (key) => cache.find(key), close: () => undefined };
  },
};
