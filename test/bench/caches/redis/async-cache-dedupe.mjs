import { createCache } from 'async-cache-dedupe';
import { Redis } from 'ioredis';
import { TTL_MS, operations } from './operations.mjs';

export const asyncCacheDedupe = {
  async open({ url, entries }) {
    const client = new Redis(url);
    const values = new Map(entries);
    let loaded = entries[0]?.[1];
    const cache = createCache({ ttl: TTL_MS / 1_000, storage: { type: 'redis', options: { client } } });
    cache.define('find', async (key) => values.get(key) ?? loaded);
    const { set: _set, ...rest } = operations(entries, {
      get: (key) => cache.find(key),
      // It has no set: what is there to be found was loaded.
      set: (key) => cache.find(key),
      wrap: (key, value) => {
        loaded = value;
        return cache.find(key);
      },
      drop: (key) => cache.clear('find', key),
      close: () => client.quit(),
    });
    return rest;
  },
};
