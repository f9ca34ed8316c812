/**
 * Caches in this process, each loaded by whoever uses it, by name and by what a hit hands out: the cached object
 * itself, a frozen one, or a copy. `open` fills one with `entries` and answers the ways to read it that it has: `get`,
 * `getSync`, `getOrLoad`.
 */
export const IN_PROCESS = {
  'lru-cache, reference': async () => (await import('./lru-cache.mjs')).lruCache,
  'layered-loader, reference': async () => (await import('./layered-loader.mjs')).layeredLoader,
  'cache-manager, reference': async () => (await import('./cache-manager.mjs')).cacheManager,
  'async-cache-dedupe, reference': async () => (await import('./async-cache-dedupe.mjs')).asyncCacheDedupe,
  'bentocache, reference': async () => (await import('./bentocache.mjs')).bentocacheReference,
  'bentocache, copy': async () => (await import('./bentocache.mjs')).bentocacheCopy,
  'cacheable, copy': async () => (await import('./cacheable.mjs')).cacheable,
  'ours, copy': async () => (await import('./ours.mjs')).oursCopy,
  'ours, frozen': async () => (await import('./ours.mjs')).oursFrozen,
  'ours, reference': async () => (await import('./ours.mjs')).oursReference,
};
