import { afterEach, describe, expect, it } from '@jest/globals';

import { KINDS } from '../../../support/redis/redis-parts.js';
import type { PartsOptions, RedisParts } from '../../../support/redis/redis-parts.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const CENTURY = 100 * 365 * DAY;

describe.each(KINDS)('the life of a generation on %s', (_, parts) => {
  let redis: RedisParts;
  let key: string;

  const open = async (options?: PartsOptions): Promise<void> => {
    redis = await parts(options);
    key = redis.key('a');
  };

  afterEach(() => redis.close());

  const left = (): Promise<number> => redis.outside.pttl(redis.cell(key));

  /** Within the seconds that a slow machine may need. */
  const expectLeft = async (ms: number): Promise<void> => {
    const found = await left();
    expect(found).toBeLessThanOrEqual(ms);
    expect(found).toBeGreaterThan(ms - 20 * SECOND);
  };

  describe('by default', () => {
    it('is the fill deadline of a minute after a snapshot, and again after each further one', async () => {
      await open();
      await redis.generations.snapshot(key);
      await expectLeft(MINUTE);
      await redis.outside.pexpire(redis.cell(key), 5 * SECOND);
      await redis.generations.snapshot(key);
      await expectLeft(MINUTE);
    });

    it('is the fill deadline after a bump', async () => {
      await open();
      await redis.generations.bump(key);
      await expectLeft(MINUTE);
      await redis.outside.pexpire(redis.cell(key), 5 * SECOND);
      await redis.generations.bump(key);
      await expectLeft(MINUTE);
    });

    it('is the ttl of the entry and the fill deadline after a fill, in one step or on its own', async () => {
      await open();
      const generation = await redis.generations.snapshot(key);
      await redis.atomic.fill(key, generation, Buffer.of(1), DAY);
      await expectLeft(DAY + MINUTE);
      expect(await redis.outside.pttl(key)).toBeLessThanOrEqual(DAY);
      await redis.generations.extend(key, generation, 2 * DAY);
      await expectLeft(2 * DAY + MINUTE);
    });

    it('is never shortened: not by a shorter fill, a snapshot or a bump', async () => {
      await open();
      const generation = await redis.generations.snapshot(key);
      await redis.generations.extend(key, generation, DAY);
      await redis.atomic.fill(key, generation, Buffer.of(1), SECOND);
      await expectLeft(DAY + MINUTE);
      await redis.generations.extend(key, generation, SECOND);
      await expectLeft(DAY + MINUTE);
      await redis.generations.snapshot(key);
      await expectLeft(DAY + MINUTE);
      await redis.generations.bump(key);
      await expectLeft(DAY + MINUTE);
    });

    it('is not touched by a fill that did not match', async () => {
      await open();
      const generation = await redis.generations.snapshot(key);
      expect(await redis.atomic.fill(key, generation + 1, Buffer.of(1), DAY)).toBe(false);
      expect(await redis.generations.extend(key, generation - 1, DAY)).toBe(false);
      await expectLeft(MINUTE);
    });

    it('has no end where somebody took the end away', async () => {
      await open();
      const generation = await redis.generations.snapshot(key);
      await redis.outside.persist(redis.cell(key));
      await redis.generations.snapshot(key);
      await redis.generations.extend(key, generation, DAY);
      await redis.atomic.fill(key, generation, Buffer.of(1), DAY);
      expect(await left()).toBe(-1);
      await redis.generations.bump(key);
      expect(await left()).toBe(-1);
    });

    it('is in whole milliseconds, rounded up and never 0', async () => {
      await open({ fillDeadline: 0.4 });
      expect(await redis.generations.snapshot(key)).toBeGreaterThan(0);
      const generation = await redis.generations.bump(key);
      await redis.outside.set(redis.cell(key), String(generation), 'PX', MINUTE);
      expect(await redis.atomic.fill(key, generation, Buffer.of(1), 90 * SECOND + 0.2)).toBe(true);
      // Each of the two is rounded up.
      await expectLeft(90 * SECOND + 2);
    });

    it.each([Number.POSITIVE_INFINITY, Number.MAX_VALUE, CENTURY])(
      'takes an entry that lives for %d ms',
      async (ttlMs) => {
        await open();
        const generation = await redis.generations.snapshot(key);
        expect(await redis.atomic.fill(key, generation, Buffer.of(1), ttlMs)).toBe(true);
        expect(await left()).toBeGreaterThan(CENTURY - DAY);
        expect(await redis.provider.set(key, Buffer.of(1), { ttlMs })).toBe(true);
        expect(await redis.provider.remainingTtl(key)).toBeGreaterThan(CENTURY - DAY);
      },
    );
  });

  describe('with long retention', () => {
    it('is the retention after a snapshot, a bump and a short fill', async () => {
      await open({ ttl: 30 * DAY });
      const generation = await redis.generations.snapshot(key);
      await expectLeft(30 * DAY);
      await redis.atomic.fill(key, generation, Buffer.of(1), SECOND);
      await expectLeft(30 * DAY);
      await redis.outside.pexpire(redis.cell(key), SECOND);
      await redis.generations.bump(key);
      await expectLeft(30 * DAY);
    });

    it.each([1, 0.001])('is still the fill deadline and what an entry needs with a retention of %d ms', async (ttl) => {
      await open({ ttl });
      const generation = await redis.generations.snapshot(key);
      await expectLeft(MINUTE);
      await redis.atomic.fill(key, generation, Buffer.of(1), DAY);
      await expectLeft(DAY + MINUTE);
    });

    it('may be without end', async () => {
      await open({ ttl: Number.POSITIVE_INFINITY });
      await redis.generations.snapshot(key);
      expect(await left()).toBeGreaterThan(CENTURY - DAY);
      expect(await redis.generations.bump(key)).toBeGreaterThan(0);
    });
  });
});
