import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../lib/core/writing/cas-transaction.js';
import { generationKey } from '../../../lib/keys/storage-keys.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { WatchedCache } from '../../support/redis/watched-cache.js';

describe('a read that loads', () => {
  let server: RedisServer;
  let outside: Redis;
  let watched: WatchedCache;

  beforeEach(async () => {
    server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
    outside = new Redis(server.url);
    watched = new WatchedCache(server.url, { namespace: 'user', timeout: '10s' });
    // The server knows the scripts from here on, and was proven a moment ago.
    await watched.cache.getOrLoad('warm', () => 1);
    await watched.cache.snapshotGen('warm');
    await outside.config('RESETSTAT');
  });

  afterEach(async () => {
    await watched.close();
    await outside.quit();
    await server.stop();
  });

  /** The commands that were sent, but for those that scripts call. */
  const sent = async (): Promise<Record<string, number>> => {
    const info = await outside.info('commandstats');
    await outside.config('RESETSTAT');
    const found = Array.from(info.matchAll(/^cmdstat_(mget|evalsha|eval):calls=(\d+)/gm), ([, name, calls]) => [
      name as string,
      Number(calls),
    ]);
    return Object.fromEntries(found) as Record<string, number>;
  };
  const cellOf = async (key: string): Promise<string | null> => outside.get(generationKey(watched.at(key)));

  it('takes two round trips for a key that was never asked for here: to read or issue, and to fill', async () => {
    expect(await watched.cache.getOrLoad('new', () => 'loaded')).toBe('loaded');
    // The MGET is that of the script.
    expect(await sent()).toEqual({ evalsha: 2, mget: 1 });
    expect(await watched.cache.getOrLoad('new', () => 'other')).toBe('loaded');
    expect(await sent()).toEqual({ mget: 1 });
    expect(watched.events.of('fill').map(({ outcome }) => outcome)).toEqual(['stored', 'stored']);
  });

  it('takes three where the key was asked for and has lost its generation', async () => {
    await watched.cache.getOrLoad('known', () => 1);
    await outside.del(watched.at('known'), generationKey(watched.at('known')));
    await sent();
    expect(await watched.cache.getOrLoad('known', () => 2)).toBe(2);
    expect(await sent()).toEqual({ mget: 1, evalsha: 2 });
    expect(await watched.cache.get('known')).toBe(2);
  });

  it('hits a key that is new here, filled by another process, in one', async () => {
    const other = new WatchedCache(server.url, { namespace: 'user', timeout: '10s' });
    await other.cache.getOrLoad('theirs', () => 'theirs');
    await other.close();
    await sent();
    expect(await watched.cache.getOrLoad('theirs', () => 'ours')).toBe('theirs');
    expect(await sent()).toEqual({ evalsha: 1, mget: 1 });
  });

  it('issues nothing where it may not fill: a get, or inside a transaction', async () => {
    expect(await watched.cache.get('got')).toBeUndefined();
    expect(await runInCasTransaction(() => watched.cache.getOrLoad('inside', () => 1))).toBe(1);
    expect([await cellOf('got'), await cellOf('inside')]).toEqual([null, null]);
  });

  it('is filled under nothing while a writer has the key open, and asks for no snapshot', async () => {
    const { cache } = watched;
    await outside.set(generationKey(watched.at('open')), `!5;w=${Date.now() + 60_000}`, 'PX', 60_000);
    expect(await cache.getOrLoad('open', () => 1)).toBe(1);
    expect(await sent()).toEqual({ evalsha: 1, mget: 1 });
    expect(watched.events.of('fill').at(-1)).toMatchObject({ key: 'open', outcome: 'unavailable' });
  });

  it('still hits on a server that is full and refuses what would write', async () => {
    const other = new WatchedCache(server.url, { namespace: 'user', timeout: '10s' });
    const theirs = ['one', 'two', 'three'];
    for (const key of theirs) await other.cache.getOrLoad(key, () => key);
    await other.close();
    await outside.config('SET', 'maxmemory', '1');
    await sent();
    for (const key of theirs) expect(await watched.cache.getOrLoad(key, () => 'loaded')).toBe(key);
    expect(watched.events.faults()).toEqual([]);
    // The first was refused; those after it did not try.
    expect(await sent()).toMatchObject({ mget: 3 });
  });
});
