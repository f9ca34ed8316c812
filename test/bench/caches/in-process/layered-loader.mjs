import { Loader } from 'layered-loader/core';

export const layeredLoader = {
  async open({ entries, capacity, load, ttlMs }) {
    const loader = new Loader({
      inMemoryCache: { cacheType: 'lru-map', ttlInMsecs: ttlMs, maxItems: capacity },
      dataSourceGetOneFn: load,
    });
    for (const [key] of entries) await loader.get(key);
    return {
      // Reading without loading is not on offer.
      get: (key) => loader.get(key),
      getSync: (key) => loader.getInMemoryOnly(key),
      getOrLoad: (key) => loader.get(key),
      close: () => undefined,
    };
  },
};
