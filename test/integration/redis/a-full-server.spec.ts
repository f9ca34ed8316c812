import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { OPEN } from '../../../lib/contracts/generation-store.js';
import type { SettledIntent } from '../../../lib/contracts/intent-store.js';
import { CasUnavailableError } from '../../../lib/errors.js';
import { redisParts } from '../../support/redis/redis-parts.js';
import type { RedisParts } from '../../support/redis/redis-parts.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { hideFlags } from '../../support/redis/without-script-flags.js';
import { KNOWS_SCRIPT_FLAGS } from '../../support/redis/server-version.js';

const MINUTE = 60_000;

/** Before Redis 7 what a command of a script was answered stands inside of the text. */
const FULL = KNOWS_SCRIPT_FLAGS ? /^OOM/ : /-OOM /;

describe.each([
  ['that knows script flags', false],
  ['older than those', true],
])('a Redis %s, which is full and evicts nothing', (_, old) => {
  let server: RedisServer;
  let redis: RedisParts;
  let key: string;
  let generation: number;

  beforeEach(async () => {
    server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
    redis = await redisParts(new Redis(server.url), { onWarning: () => undefined });
    if (old) hideFlags(redis.connection);
    key = redis.key('a');
    generation = await redis.generations.snapshot(key);
    await redis.atomic.fill(key, generation, Buffer.of(1), MINUTE);
    await redis.outside.config('SET', 'maxmemory', '1');
  });

  afterEach(async () => {
    await redis.close();
    await server.stop();
  });

  it('still answers reads that ask for the time which is left', async () => {
    expect(await redis.atomic.timed.read(key)).toMatchObject({ entry: Buffer.of(1), generation });
  });

  it('still bumps, and drops the value: an invalidation must not fail for want of memory', async () => {
    const bumped = await redis.atomic.invalidate(key);
    expect(bumped).toBeGreaterThan(generation);
    expect(await redis.atomic.read(key)).toEqual({ entry: undefined, generation: bumped });
    expect(await redis.generations.bump(redis.key('new'))).toBeGreaterThan(0);
    expect(await redis.generations.bumpMany([key, redis.key('new')])).toEqual([expect.any(Number), expect.any(Number)]);
    expect(await redis.atomic.invalidateMany([key])).toEqual([expect.any(Number)]);
  });

  it('still opens and settles keys, with a value or without, and drops the value', async () => {
    const { intents } = redis.generations;
    const keys = [key, redis.key('new')];
    expect(await intents.open(keys, 'w', MINUTE)).toEqual([undefined, undefined]);
    expect(await redis.atomic.read(key)).toEqual({ entry: undefined, generation: OPEN });
    const settled = (await intents.settle(keys, 'w')) as SettledIntent[];
    expect(settled.map(({ held }) => held)).toEqual([true, true]);
    expect(settled[0]?.generation).toBeGreaterThan(generation);
    expect(await redis.generations.currentMany(keys)).toEqual(settled.map((each) => each.generation));
  });

  it('still renews, bumps and clears open keys, and settles one of their writers', async () => {
    const { intents } = redis.generations;
    const token = 'a longer token than that of the other'.repeat(10);
    await intents.open([key], 'w', MINUTE);
    await intents.open([key], token, MINUTE);
    expect(await intents.renew([key], token, 10 * MINUTE)).toEqual([true]);
    const bumped = await redis.generations.bump(key);
    expect(bumped).toBeGreaterThan(generation);
    await redis.generations.clear(redis.key(''));
    expect(await redis.generations.current(key)).toBe(OPEN);
    expect(await intents.settle([key], 'w')).toEqual([{ generation: expect.any(Number), held: true }]);
    expect(await redis.generations.current(key)).toBe(OPEN);
    expect(await intents.renew([key], token, MINUTE)).toEqual([true]);
    const [last] = (await intents.settle([key], token)) as SettledIntent[];
    expect(last?.generation).toBeGreaterThan(bumped);
    expect(await redis.generations.current(key)).toBe(last?.generation);
  });

  it('still invalidates what no version of this package wrote', async () => {
    await redis.outside.config('SET', 'maxmemory', '0');
    await redis.outside.set(redis.cell(key), 'no number');
    await redis.outside.config('SET', 'maxmemory', '1');
    const bumped = await redis.atomic.invalidate(key);
    expect(await redis.atomic.read(key)).toEqual({ entry: undefined, generation: bumped });
  });

  it('still extends, which takes no memory', async () => {
    expect(await redis.generations.extend(key, generation, 10 * MINUTE)).toBe(true);
    expect(await redis.outside.pttl(redis.cell(key))).toBeGreaterThan(10 * MINUTE);
  });

  it('refuses a fill with its own error, which is none of the connection, and keeps the entry that is there', async () => {
    const refused = redis.atomic.fill(key, generation, Buffer.of(2), MINUTE);
    await expect(refused).rejects.toThrow(FULL);
    await expect(refused).rejects.not.toBeInstanceOf(CasUnavailableError);
    const [error] = await redis.atomic.fillMany([{ key, generation, entry: Buffer.of(2) }], MINUTE);
    expect(error).toBeInstanceOf(Error);
    expect(await redis.atomic.read(key)).toEqual({ entry: Buffer.of(1), generation });
  });

  it('refuses a snapshot that would have to issue', async () => {
    await expect(redis.generations.snapshot(redis.key('new'))).rejects.toThrow(FULL);
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
