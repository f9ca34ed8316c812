import { rm } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { CasInvalidateError } from '../../../lib/write-errors.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { KNOWS_SCRIPT_FLAGS } from '../../support/redis/server-version.js';
import { until } from '../../support/redis/until.js';
import { WatchedCache } from '../../support/redis/watched-cache.js';

describe('a Redis that refuses writes, because it could not save its data', () => {
  let server: RedisServer;
  let outside: Redis;
  let watched: WatchedCache<number>;

  beforeEach(async () => {
    server = await startRedis({ args: ['--save', '3600 1'] });
    outside = new Redis(server.url);
    watched = new WatchedCache(server.url, { namespace: 'n', timeout: '5s' });
  });

  afterEach(async () => {
    await watched.close().catch(() => undefined);
    outside.disconnect();
    await server.stop('SIGKILL');
  });

  const isHit = async (): Promise<boolean> => (await watched.cache.get('a')) === 1;

  it('is not read from after a moment, fails invalidations, and is used again when it takes writes', async () => {
    await watched.cache.getOrLoad('a', async () => 1);
    expect(await isHit()).toBe(true);
    const [, dir] = (await outside.config('GET', 'dir')) as [string, string];
    await rm(dir, { recursive: true });
    await outside.bgsave();
    const isBroken = (info: string): boolean => info.includes('rdb_last_bgsave_status:err');
    await until(async () => isBroken(await outside.info('persistence')), 'saving failed');
    // Scripts without flags are carried out there.
    if (KNOWS_SCRIPT_FLAGS) {
      await until(async () => !(await isHit()), 'the server was not read from any more');
      expect(await watched.cache.getOrLoad('a', async () => 2)).toBe(2);
      await expect(watched.cache.invalidate('b')).rejects.toBeInstanceOf(CasInvalidateError);
      expect(watched.events.of('fault').map(({ cause }) => String(cause))).toContainEqual(
        expect.stringMatching(/MISCONF/),
      );
    } else await watched.cache.invalidate('b');
    await outside.config('SET', 'stop-writes-on-bgsave-error', 'no');
    await until(isHit, 'it was used again');
  });
});
