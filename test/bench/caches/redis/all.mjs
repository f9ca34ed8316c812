/**
 * Caches on a Redis, each loaded by whoever uses it. `open` answers the operations that one has: `before` is done once,
 * `prepare(count)` before each slice, and `run(i)` is what is timed.
 */
export const ON_REDIS = {
  ioredis: async () => (await import('./ioredis.mjs')).ioredis,
  'ioredis, bytes only': async () => (await import('./ioredis.mjs')).ioredisBytes,
  'ours, redis': async () => (await import('./ours.mjs')).ours,
  'ours, redis, no bulk entries': async () => (await import('./ours.mjs')).oursNoBulk,
  'ours, redis, tags': async () => (await import('./ours.mjs')).oursTagged,
  'ours, near': async () => (await import('./ours.mjs')).oursNear,
  'ours, near, frozen': async () => (await import('./ours.mjs')).oursNearFrozen,
  'ours, tiered': async () => (await import('./ours.mjs')).oursTiered,
  'cache-manager': async () => (await import('./cache-manager.mjs')).cacheManager,
  cacheable: async () => (await import('./cacheable.mjs')).cacheable,
  bentocache: async () => (await import('./bentocache.mjs')).bentocache,
  'layered-loader': async () => (await import('./layered-loader.mjs')).layeredLoader,
  'async-cache-dedupe': async () => (await import('./async-cache-dedupe.mjs')).asyncCacheDedupe,
};
