import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { redisParts } from '../../support/redis/redis-parts.js';
import type { RedisParts } from '../../support/redis/redis-parts.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

const MINUTE = 60_000;

describe('the commands that a Redis is sent', () => {
  let server: RedisServer;
  let redis: RedisParts;
  let key: string;

  beforeAll(async () => {
    server = await startRedis();
    redis = await redisParts(new Redis(server.url));
    // The server knows all scripts from here on.
    const warm = redis.key('warm');
    const generation = await redis.generations.snapshot(warm);
    await redis.generations.extend(warm, generation, MINUTE);
    await redis.atomic.fill(warm, generation, Buffer.of(1), MINUTE);
    await redis.generations.bump(warm);
    const { intents } = redis.generations;
    await intents.open([warm], 'w', MINUTE);
    await intents.renew([warm], 'w', MINUTE);
    await intents.settle([warm], 'w');
    await redis.generations.leases.release(warm, 'w');
  });

  afterAll(async () => {
    await redis.close();
    await server.stop();
  });

  let count = 0;
  /** The first read asks for a proof when the last one is old; the second is answered after it. */
  const provenAnew = async (): Promise<void> => {
    for (let n = 0; n < 2; n++) await redis.generations.current(key);
  };
  beforeEach(async () => {
    key = redis.key(`${++count}`);
    await provenAnew();
    await redis.outside.config('RESETSTAT');
  });

  /** What was called since the test began, but for what scripts call when they are known to run. */
  const sent = async (inScripts: readonly string[] = []): Promise<Record<string, number>> => {
    const info = await redis.outside.info('commandstats');
    const found = Array.from(
      info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm),
      ([, name, calls]) => [name as string, Number(calls)] as const,
    );
    const ours = new Set([...inScripts, 'config|resetstat', 'config', 'info']);
    return Object.fromEntries(found.filter(([name]) => !ours.has(name)));
  };

  // The last one where the server does not know script flags.
  const IN_SCRIPTS = ['get', 'getrange', 'set', 'pttl', 'pexpire', 'time', 'unlink', 'persist'];

  it('for a read: one MGET of value and generation', async () => {
    await redis.atomic.read(key);
    expect(await sent()).toEqual({ mget: 1 });
  });

  it('for the reads of a tier in front, of one tick: one script, which answers the time that is left as well', async () => {
    await redis.atomic.timed.read(key);
    expect(await sent(['mget', ...IN_SCRIPTS])).toEqual({ evalsha: 1 });
    const keys = Array.from({ length: 50 }, (_, n) => `${key}:${n}`);
    await Promise.all([...keys.map((one) => redis.atomic.timed.read(one)), redis.atomic.timed.readMany(keys)]);
    expect(await sent(['mget', ...IN_SCRIPTS])).toEqual({ evalsha: 2 });
  });

  it('for a snapshot, a bump, an extension, a fill, an invalidation: one script each', async () => {
    const taken = await redis.generations.snapshot(key);
    expect(await sent(IN_SCRIPTS)).toEqual({ evalsha: 1 });
    await redis.generations.extend(key, taken, MINUTE);
    await redis.atomic.fill(key, taken, Buffer.of(1), MINUTE);
    await redis.atomic.invalidate(key);
    await redis.generations.bump(key);
    expect(await sent(IN_SCRIPTS)).toEqual({ evalsha: 5 });
  });

  it('for the intent of a write of many keys: one script for each key and step, sent together', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `${key}:${n}`);
    const { intents } = redis.generations;
    await intents.open(keys, 'w', MINUTE);
    expect(await sent(IN_SCRIPTS)).toEqual({ evalsha: 20 });
    await intents.renew(keys, 'w', MINUTE);
    await intents.settle(keys, 'w');
    expect(await sent(IN_SCRIPTS)).toEqual({ evalsha: 60 });
    const pipelines = jest.spyOn(redis.connection, 'callMany');
    await intents.settle(keys, 'w');
    expect(pipelines).toHaveBeenCalledTimes(1);
    pipelines.mockRestore();
  });

  it('for a load lease: one SET to get it, one script to give it back', async () => {
    const { leases } = redis.generations;
    await leases.acquire(key, 'one', MINUTE);
    expect(await sent()).toEqual({ set: 1 });
    await leases.release(key, 'one');
    expect(await sent(['get', 'unlink'])).toEqual({ set: 1, evalsha: 1 });
  });

  it('for all reads of one tick: one MGET, whoever asks and however', async () => {
    const keys = Array.from({ length: 50 }, (_, n) => `${key}:${n}`);
    await Promise.all([
      ...keys.map((one) => redis.atomic.read(one)),
      redis.atomic.readMany(keys),
      redis.atomic.readBulk('bulk:t:x', keys),
      redis.provider.get(key),
      redis.provider.getMany(keys),
      redis.generations.current(key),
      (async () => {
        await Promise.resolve();
        return redis.generations.currentMany(keys);
      })(),
    ]);
    expect(await sent()).toEqual({ mget: 1 });
  });

  it('for very many keys: no MGET of more than 1,000', async () => {
    const keys = Array.from({ length: 2_500 }, (_, n) => `${key}:${n}`);
    const taken = await redis.generations.snapshotMany(keys);
    await provenAnew();
    await redis.outside.config('RESETSTAT');
    expect(await redis.generations.currentMany(keys)).toEqual(taken);
    expect(await sent()).toEqual({ mget: 3 });
  });

  it('for reads of different ticks: one MGET each, never an old reply', async () => {
    await redis.generations.current(key);
    const bumped = await redis.generations.bump(key);
    const early = redis.generations.current(key);
    await new Promise(setImmediate);
    const later = redis.generations.current(key);
    expect([await early, await later]).toEqual([bumped, bumped]);
    expect(await sent(IN_SCRIPTS)).toEqual({ mget: 3, evalsha: 1 });
  });

  it('for an empty request: none', async () => {
    expect(await redis.generations.currentMany([])).toEqual([]);
    expect(await redis.generations.snapshotMany([])).toEqual([]);
    expect(await redis.generations.intents.open([], 'w', MINUTE)).toEqual([]);
    expect(await redis.generations.intents.settle([], 'w')).toEqual([]);
    expect(await redis.provider.getMany([])).toEqual([]);
    expect(await redis.provider.setMany([], { ttlMs: MINUTE })).toEqual([]);
    expect(await sent()).toEqual({});
  });

  it('never FLUSHDB, FLUSHALL or KEYS for a clear', async () => {
    await redis.generations.snapshot(key);
    await redis.generations.clear(redis.key(''));
    await redis.provider.clear(redis.key(''));
    const names = Object.keys(await sent());
    expect(names).toContain('scan');
    expect(names.filter((name) => /flush|^keys$|^del$/.test(name))).toEqual([]);
  });
});
