import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { TagStore } from '../../../../lib/contracts/tag-store.js';
import { ManualTimers } from '../../../support/core/manual-timers.js';
import { Process } from '../../../support/redis/cached-key.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until } from '../../../support/redis/until.js';

const HOUR = 3_600_000;
const KEY = 'single:t:a';

describe('the commands that tags send to a Redis', () => {
  let server: RedisServer;
  let outside: Redis;
  let process: Process;
  let store: TagStore;
  let timers: ManualTimers;

  beforeAll(async () => {
    server = await startRedis();
    outside = new Redis(server.url);
    timers = new ManualTimers();
    process = new Process(server.url, { timers });
    store = process.generations.tags.of('t');
    await process.fill(KEY, 1);
    await store.snapshot();
    await store.invalidate(['a'], HOUR);
    await store.catchUp(0, 1, []);
    await store.clear();
  });

  afterAll(async () => {
    await process.close();
    await outside.quit();
    await server.stop();
  });

  beforeEach(async () => {
    // The first read asks for a proof when the last one is old; the second is answered after it.
    for (let n = 0; n < 2; n++) await store.current();
    await outside.config('RESETSTAT');
  });

  const calls = async (name: string): Promise<number> => {
    const info = await outside.info('commandstats');
    return Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  };

  it('a read with its clock is one request, however many ask in the tick', async () => {
    const keys = Array.from({ length: 50 }, (_, n) => `single:t:${n}`);
    const clocks: unknown[] = [];
    const reads = keys.map((key) => {
      const read = process.atomic.read(key);
      clocks.push(store.current());
      return read;
    });
    expect(new Set(clocks).size).toBe(1);
    await Promise.all(reads);
    expect(await clocks[0]).toEqual(await store.snapshot());
    expect([await calls('mget'), await calls('get')]).toEqual([1, 1]);
  });

  it('the clock does not displace what is read with it, whichever was asked for first', async () => {
    const generation = await process.fill(KEY, 7);
    const expected = { entry: Buffer.of(7), generation };
    const [first, read, many, again, last] = await Promise.all([
      store.current(),
      process.atomic.read(KEY),
      process.atomic.readMany([KEY, 'single:t:none']),
      process.atomic.read(KEY),
      store.current(),
    ]);
    expect([read, again, many[0]]).toEqual([expected, expected, expected]);
    expect(many[1]).toEqual({ entry: undefined, generation: 0 });
    const clock = await store.snapshot();
    expect([first, last]).toEqual([clock, clock]);
    expect(await calls('mget')).toBe(1);
  });

  it('is asked anew once the request was sent: its reply may be older than an invalidation', async () => {
    const early = store.current();
    await new Promise((resolve) => setImmediate(resolve));
    const late = store.current();
    expect(late).not.toBe(early);
    const invalidated = await store.invalidate(['a'], HOUR);
    const [one, other] = await Promise.all([early, late]);
    expect(one).not.toEqual(invalidated);
    expect(await store.current()).toEqual(invalidated);
    expect(other?.era).toBe(one?.era);
  });

  it('an invalidation, a clear, a snapshot and a catch-up are one command each', async () => {
    await store.invalidate(['a', 'b'], HOUR);
    await store.clear();
    await store.snapshot();
    await store.catchUp(0, 10, ['a']);
    expect([await calls('evalsha'), await calls('eval'), await calls('mget')]).toEqual([4, 0, 0]);
  });

  it('both cells are looked at every minute, so that a server which evicts takes others first', async () => {
    timers.advance(60_000);
    await until(async () => (await calls('zrevrangebyscore')) > 0 && (await calls('mget')) > 0, 'both were looked at');
  });
});
