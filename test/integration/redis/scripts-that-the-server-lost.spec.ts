import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { redisParts } from '../../support/redis/redis-parts.js';
import type { RedisParts } from '../../support/redis/redis-parts.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

const MINUTE = 60_000;

describe('scripts that the server does not have, or has no more', () => {
  let server: RedisServer;
  let redis: RedisParts;

  beforeEach(async () => {
    server = await startRedis();
    redis = await redisParts(new Redis(server.url));
  });

  afterEach(async () => {
    await redis.close();
    await server.stop();
  });

  const calls = async (): Promise<Record<string, number>> => {
    const info = await redis.outside.info('commandstats');
    const found = info.matchAll(/^cmdstat_(\w+):calls=(\d+)/gm);
    return Object.fromEntries(Array.from(found, ([, name, count]) => [name as string, Number(count)]));
  };

  it('are sent when the connection is made, and called by their digest from the first time on', async () => {
    await redis.generations.current(redis.key('a'));
    await redis.outside.config('RESETSTAT');
    for (let n = 0; n < 10; n++) await redis.generations.bump(redis.key('a'));
    const called = await calls();
    expect(called).toMatchObject({ evalsha: 10 });
    expect(called).not.toHaveProperty('eval');
  });

  it('are sent again after SCRIPT FLUSH, each kind of step with the answer it would have had', async () => {
    const { generations, atomic, outside } = redis;
    const key = redis.key('a');
    await outside.script('FLUSH');
    const taken = await generations.snapshot(key);
    await outside.script('FLUSH');
    expect(await generations.extend(key, taken, MINUTE)).toBe(true);
    await outside.script('FLUSH');
    expect(await atomic.fill(key, taken, Buffer.of(1), MINUTE)).toBe(true);
    await outside.script('FLUSH');
    expect(await atomic.timed.read(key)).toMatchObject({ entry: Buffer.of(1), generation: taken });
    await outside.script('FLUSH');
    const bumped = await atomic.invalidate(key);
    expect(bumped).toBeGreaterThan(taken);
    await outside.script('FLUSH');
    expect(await atomic.fill(key, taken, Buffer.of(1), MINUTE)).toBe(false);
    await outside.script('FLUSH');
    await generations.clear(redis.key(''));
    expect(await generations.current(key)).toBe(0);
  });

  it('are sent again in a pipeline only for the steps that failed, each of which runs once', async () => {
    const { generations, atomic, outside } = redis;
    const keys = Array.from({ length: 20 }, (_, n) => redis.key(n.toString()));
    await outside.script('FLUSH');
    const taken = (await generations.snapshotMany(keys)) as number[];
    expect(taken.every((generation) => generation > 0)).toBe(true);
    const items = keys.map((key, n) => ({ key, generation: taken[n] as number, entry: Buffer.of(n) }));
    expect(await atomic.fillMany(items, MINUTE)).toEqual(keys.map(() => true));
    await outside.script('FLUSH');
    const bumped = (await atomic.invalidateMany(keys)) as number[];
    expect(await generations.currentMany(keys)).toEqual(bumped);
    expect((await atomic.readMany(keys)).every((reading) => 'entry' in reading && reading.entry === undefined)).toBe(
      true,
    );
  });
});
