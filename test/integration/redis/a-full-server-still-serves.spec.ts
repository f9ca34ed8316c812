import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { OPEN } from '../../../lib/contracts/generation-store.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { WatchedCache } from '../../support/redis/watched-cache.js';

/** More than it takes for a breaker to open. */
const MANY = Array.from({ length: 20 }, (_, n) => `new ${n}`);

describe('the cache on a Redis that is full and evicts nothing', () => {
  let server: RedisServer;
  let outside: Redis;
  let watched: WatchedCache;
  let observed: number;

  beforeEach(async () => {
    server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
    outside = new Redis(server.url);
    watched = new WatchedCache(server.url, { namespace: 'full', timeout: '10s' });
    for (const key of ['a', 'b']) await watched.cache.getOrLoad(key, () => 'old');
    observed = await watched.cache.snapshotGen('a');
    await outside.config('SET', 'maxmemory', '1');
    watched.events.forget();
  });

  afterEach(async () => {
    await watched.close();
    await outside.quit();
    await server.stop();
  });

  it('goes on reading: hits, and loads of what it cannot store, and no breaker opens', async () => {
    const { cache, events } = watched;
    for (const key of MANY) {
      expect(await cache.getOrLoad(key, () => 'loaded')).toBe('loaded');
      expect(await cache.get('a')).toBe('old');
    }
    expect(watched.hits()).toEqual(MANY.map(() => 'a'));
    expect(events.of('breaker')).toEqual([]);
  });

  it('a fill is rejected, which is an outcome, and its reason is reported', async () => {
    const { cache, events } = watched;
    for (const value of MANY) expect(await cache.setWithGen('a', value, observed)).toBe('rejected');
    expect(events.of('breaker')).toEqual([]);
    expect(events.faults()).toEqual(MANY.map(() => 'set'));
    expect(String(events.of('fault')[0]?.cause)).toContain('OOM');
    expect(await cache.get('a')).toBe('old');
  });

  it('an invalidation lands, and what was cached is not served again', async () => {
    const { cache, events } = watched;
    await cache.invalidate('a');
    expect(await cache.get('a')).toBeUndefined();
    expect(events.of('fault')).toEqual([]);
    await outside.config('SET', 'maxmemory', '0');
    await cache.getOrLoad('a', () => 'new');
    expect(await cache.get('a')).toBe('new');
  });

  it('a write under an intent closes its key, and ends what was cached', async () => {
    const { cache, events, generations } = watched;
    expect(await cache.withWriteIntent('a', () => generations.current(watched.at('a')))).toBe(OPEN);
    expect(await generations.current(watched.at('a'))).toBeGreaterThan(observed);
    expect(await cache.get('a')).toBeUndefined();
    expect(events.of('fault')).toEqual([]);
  });
});
