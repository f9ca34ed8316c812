import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { OPEN } from '../../../lib/contracts/generation-store.js';
import { CasUnavailableError } from '../../../lib/errors.js';
import { redisParts } from '../../support/redis/redis-parts.js';
import type { RedisParts } from '../../support/redis/redis-parts.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

const MINUTE = 60_000;

describe('a Redis that is full and evicts nothing', () => {
  let server: RedisServer;
  let redis: RedisParts;
  let key: string;
  let generation: number;

  beforeEach(async () => {
    server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
    redis = await redisParts(new Redis(server.url));
    key = redis.key('a');
    generation = await redis.generations.snapshot(key);
    await redis.atomic.fill(key, generation, Buffer.of(1), MINUTE);
    await redis.outside.config('SET', 'maxmemory', '1');
  });

  afterEach(async () => {
    await redis.close();
    await server.stop();
  });

  it('still bumps, and drops the value: an invalidation must not fail for want of memory', async () => {
    const bumped = await redis.atomic.invalidate(key);
    expect(bumped).toBeGreaterThan(generation);
    expect(await redis.atomic.read(key)).toEqual({ entry: undefined, generation: bumped });
    expect(await redis.generations.bump(redis.key('new'))).toBeGreaterThan(0);
    expect(await redis.generations.bumpMany([key, redis.key('new')])).toEqual([expect.any(Number), expect.any(Number)]);
    expect(await redis.atomic.invalidateMany([key])).toEqual([expect.any(Number)]);
  });

  it('still bumps and clears open cells', async () => {
    await redis.outside.config('SET', 'maxmemory', '0');
    await redis.outside.set(redis.cell(key), `!5;w=${Date.now() + MINUTE}`, 'PX', MINUTE);
    await redis.outside.config('SET', 'maxmemory', '1');
    expect(await redis.generations.bump(key)).toBeGreaterThan(5);
    await redis.generations.clear(redis.key(''));
    expect(await redis.generations.current(key)).toBe(OPEN);
  });

  it('still extends, which takes no memory', async () => {
    expect(await redis.generations.extend(key, generation, 10 * MINUTE)).toBe(true);
    expect(await redis.outside.pttl(redis.cell(key))).toBeGreaterThan(10 * MINUTE);
  });

  it('refuses a fill with its own error, which is none of the connection, and keeps the entry that is there', async () => {
    const refused = redis.atomic.fill(key, generation, Buffer.of(2), MINUTE);
    await expect(refused).rejects.toThrow(/^OOM/);
    await expect(refused).rejects.not.toBeInstanceOf(CasUnavailableError);
    const [error] = await redis.atomic.fillMany([{ key, generation, entry: Buffer.of(2) }], MINUTE);
    expect(error).toBeInstanceOf(Error);
    expect(await redis.atomic.read(key)).toEqual({ entry: Buffer.of(1), generation });
  });

  it('refuses a snapshot that would have to issue', async () => {
    await expect(redis.generations.snapshot(redis.key('new'))).rejects.toThrow(/^OOM/);
  });

  it('refuses an entry of the provider as an outcome, and no earlier entry of the key remains', async () => {
    expect(await redis.provider.set(key, Buffer.of(2), { ttlMs: MINUTE })).toBe(false);
    expect(await redis.provider.get(key)).toBeUndefined();
    const items = [{ key, entry: Buffer.of(2) }];
    expect(await redis.provider.setMany(items, { ttlMs: MINUTE })).toEqual([false]);
  });

  it('deletes', async () => {
    await redis.provider.delete(key);
    expect(await redis.provider.get(key)).toBeUndefined();
  });
});
