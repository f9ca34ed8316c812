import { Redis } from 'ioredis';
import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Generation } from '../../../../lib/contracts/generation-store.js';
import { redisParts } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { sharedRedis } from '../../../support/redis/shared-redis.js';
import { besidesFlags } from '../../../support/redis/server-version.js';

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;

/** A generation that is ahead of the clock stands for one that was issued before the clock was set back. */
describe('what Redis issues to a process that has seen a generation which is ahead of the clock', () => {
  let redis: RedisParts;
  let warnings: string[];
  let key: string;

  beforeEach(async () => {
    warnings = [];
    redis = await redisParts(new Redis(await sharedRedis()), { onWarning: (message) => warnings.push(message) });
    key = redis.key('a');
    // The first question has the server vetted, which removes what stands in its cells.
    await redis.generations.current(key);
  });

  /** The cell of another key holds it, and this process reads that. */
  const see = async (ahead: number): Promise<Generation> => {
    const generation = Date.now() * 1_000 + ahead;
    await redis.outside.set(redis.cell(redis.key('seen')), String(generation));
    expect(await redis.generations.current(redis.key('seen'))).toBe(generation);
    return generation;
  };

  const close = (): Promise<void> => redis.close();

  it.each<[string, () => Promise<unknown>]>([
    ['a snapshot', async () => redis.generations.snapshot(key)],
    ['snapshots of many', async () => (await redis.generations.snapshotMany([key]))[0]],
    ['a bump', async () => redis.generations.bump(key)],
    ['bumps of many', async () => (await redis.generations.bumpMany([key]))[0]],
    ['an invalidation in one step', () => redis.atomic.invalidate(key) as Promise<unknown>],
    ['one of many', async () => (await redis.atomic.invalidateMany([key]))[0]],
    [
      'a settle',
      async () => {
        await redis.generations.intents.open([key], 'token', 10_000);
        const [settled] = await redis.generations.intents.settle([key], 'token');
        return (settled as { generation: Generation }).generation;
      },
    ],
    [
      'a bump of an open key',
      async () => {
        await redis.generations.intents.open([key], 'token', 10_000);
        return redis.generations.bump(key);
      },
    ],
    [
      'a clear of an open key, which another process settles',
      async () => {
        await redis.generations.intents.open([key], 'token', 10_000);
        await redis.generations.clear(key);
        return Number(/^!(\d+)/.exec(String(await redis.outside.get(redis.cell(key))))?.[1]);
      },
    ],
  ])('%s: is larger', async (_, issue) => {
    const seen = await see(HOUR_US);
    expect(await issue()).toBeGreaterThan(seen);
    expect(besidesFlags(warnings)).toEqual([]);
    await close();
  });

  it('a plain generation that is current is not touched by a snapshot', async () => {
    const current = await redis.generations.bump(key);
    await see(HOUR_US);
    expect(await redis.generations.snapshot(key)).toBe(current);
    await close();
  });

  it('a foreign cell that is far ahead lifts no other key, and is told', async () => {
    const seen = await see(3 * DAY_US);
    expect(await redis.generations.bump(key)).toBeLessThan(seen - DAY_US);
    expect(besidesFlags(warnings)).toEqual([expect.stringMatching(/two days ahead/)]);
    await close();
  });
});
