import { LRUCache } from 'lru-cache';

export const lruCache = {
  async open({ entries, capacity }) {
    const cache = new LRUCache({ max: capacity });
    for (const [key, value] of entries) cache.set(key, value);
    return { getSync: (key) => cache.get(key), close: () => undefined };
  },
};
