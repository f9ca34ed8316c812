import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { redisParts } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { until, works } from '../../../support/redis/until.js';

describe('generations that Redis issues', () => {
  let server: RedisServer;
  let redis: RedisParts;

  beforeAll(async () => {
    server = await startRedis();
    redis = await redisParts(new Redis(server.url));
  });

  afterAll(async () => {
    await redis.close();
    await server.stop();
  });

  const isRising = (numbers: readonly number[]): boolean =>
    numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number));

  it('are all distinct and rise within one pipeline, so within one millisecond too', async () => {
    const key = redis.key('a');
    const before = await redis.generations.bump(key);
    const issued = (await redis.generations.bumpMany(Array.from({ length: 5_000 }, () => key))) as number[];
    expect(isRising([before, ...issued])).toBe(true);
  });

  it('are all distinct and rise within one microsecond: the clock is behind', async () => {
    const key = redis.key('b');
    const ahead = (Date.now() + 3_600_000) * 1_000;
    await redis.outside.set(redis.cell(key), String(ahead));
    expect(await redis.generations.bumpMany([key, key, key])).toEqual([ahead + 1, ahead + 2, ahead + 3]);
    expect(await redis.generations.snapshot(key)).toBe(ahead + 3);
  });

  it('are exact: none is rounded on its way out of the script', async () => {
    const key = redis.key('c');
    for (const prev of [8_999_999_999_999_998, 4_503_599_627_370_497, 9_007_199_254_740_988]) {
      await redis.outside.set(redis.cell(key), String(prev));
      expect(await redis.generations.bump(key)).toBe(prev + 1);
      expect(await redis.outside.get(redis.cell(key))).toBe(String(prev + 1));
    }
  });

  it('are larger than any before after FLUSHALL, and one observed before it fills nothing', async () => {
    const key = redis.key('d');
    for (const issue of ['snapshot', 'bump', 'snapshot', 'bump'] as const) {
      const before = await redis.generations.bump(key);
      await redis.outside.flushall();
      expect(await redis.atomic.fill(key, before, Buffer.of(1), 60_000)).toBe(false);
      expect(await redis.generations[issue](key)).toBeGreaterThan(before);
    }
  });

  it('are larger than any before after a restart without data', async () => {
    const key = redis.key('e');
    const before = await redis.generations.bump(key);
    await server.down('SIGKILL');
    await server.up();
    await until(() => works(() => redis.generations.current(key)), 'the connection came back');
    expect(await redis.generations.current(key)).toBe(0);
    expect(await redis.generations.snapshot(key)).toBeGreaterThan(before);
  });
});
