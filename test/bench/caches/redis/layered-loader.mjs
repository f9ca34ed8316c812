import { Redis } from 'ioredis';
import { Loader, RedisCache } from 'layered-loader';
import { TTL_MS, operations } from './operations.mjs';

export const layeredLoader = {
  async open({ url, entries }) {
    const redis = new Redis(url);
    const asyncCache = new RedisCache(redis, { prefix: 'bench', json: true, ttlInMsecs: TTL_MS });
    const values = new Map(entries);
    let loaded = entries[0]?.[1];
    const loader = new Loader({ asyncCache, dataSourceGetOneFn: async (key) => values.get(key) ?? loaded });
    return operations(entries, {
      get: (key) => loader.get(key),
      set: (key, value) => loader.forceSetValue(key, value),
      wrap: (key, value) => {
        loaded = value;
        return loader.get(key);
      },
      drop: (key) => loader.invalidateCacheFor(key),
      close: () => redis.quit(),
    });
  },
};
