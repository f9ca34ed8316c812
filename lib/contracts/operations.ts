/** Every {@link CacheOperation}. */
export const CACHE_OPERATIONS = [
  'get',
  'getBulk',
  'set',
  'setBulk',
  'snapshot',
  'invalidate',
  'intent',
  'clear',
  'erase',
  'heal',
  'refresh',
  'lease',
  'guard',
  'close',
] as const;

/** The store operation that an event is about. */
export type CacheOperation = (typeof CACHE_OPERATIONS)[number];
