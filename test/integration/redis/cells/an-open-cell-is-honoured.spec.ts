import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';

const MINUTE = 60_000;

/** The cell as the writers of a write intent leave it. */
const CELL = /^!(?<prev>\d+)(?<tokens>(?:;[^;=]+=\d+)*)$/;

describe.each(KINDS)('an open cell on %s', (_, parts) => {
  let redis: RedisParts;
  let key: string;
  let cell: string;

  beforeEach(async () => {
    redis = await parts();
    key = redis.key('a');
    cell = redis.cell(key);
    // A server that is met for the first time is vetted, which gives open cells a new number.
    await redis.generations.current(key);
  });

  afterEach(() => redis.close());

  const write = (text: string, px = MINUTE): Promise<unknown> => redis.outside.set(cell, text, 'PX', px);
  const text = async (): Promise<string | null> => redis.outside.get(cell);
  const living = (token: string, ms = MINUTE): string => `;${token}=${Date.now() + ms}`;
  const EXPIRED = ';dead=1000';

  describe('with a living token', () => {
    it('answers 0 to a snapshot and changes nothing', async () => {
      const open = `!5${living('w')}`;
      await write(open);
      expect(await redis.generations.snapshot(key)).toBe(0);
      expect(await redis.generations.snapshotMany([key, key])).toEqual([0, 0]);
      expect(await text()).toBe(open);
    });

    it('refuses fills under its previous generation too', async () => {
      const open = `!5${living('w')}`;
      await write(open);
      expect(await redis.generations.extend(key, 5, MINUTE)).toBe(false);
      expect(await redis.atomic.fill(key, 5, Buffer.of(1), MINUTE)).toBe(false);
      expect(await text()).toBe(open);
      expect(await redis.provider.get(key)).toBeUndefined();
    });

    it('gets a new previous generation from a bump; its tokens stay, the expired ones go', async () => {
      const [one, two] = [living('w1', 10_000), living('w2', 20_000)];
      await write(`!5${one}${EXPIRED}${two}`, 20_000);
      const bumped = await redis.generations.bump(key);
      expect(bumped).toBeGreaterThan(5);
      expect(CELL.exec((await text()) as string)?.groups).toEqual({ prev: String(bumped), tokens: `${one}${two}` });
      expect(await redis.generations.current(key)).toBe(OPEN);

      const again = await redis.atomic.invalidate(key);
      expect(again).toBeGreaterThan(bumped);
      expect(CELL.exec((await text()) as string)?.groups).toEqual({ prev: String(again), tokens: `${one}${two}` });
    });

    it('lives until its latest deadline after a bump, not longer and not shorter', async () => {
      await write(`!5${living('w1', 40_000)}${living('w2', 30_000)}`, 1_000);
      await redis.generations.bump(key);
      const left = await redis.outside.pttl(cell);
      expect(left).toBeGreaterThan(30_000);
      expect(left).toBeLessThanOrEqual(40_000);
    });

    it('clear leaves open cells open, under a new number, and removes plain ones', async () => {
      const token = living('w');
      await write(`!5${token}`);
      await redis.generations.snapshot(redis.key('plain'));
      await redis.generations.clear(redis.key(''));
      const groups = CELL.exec((await text()) as string)?.groups;
      expect(groups?.['tokens']).toBe(token);
      expect(Number(groups?.['prev'])).toBeGreaterThan(5);
      expect(await redis.generations.current(redis.key('plain'))).toBe(ABSENT);
    });

    it('may have been opened when there was no generation', async () => {
      await write(`!0${living('w')}`);
      expect(await redis.generations.snapshot(key)).toBe(0);
      expect(await redis.generations.bump(key)).toBeGreaterThan(1_000_000_000_000_000);
      expect(await redis.generations.current(key)).toBe(OPEN);
    });
  });

  describe('whose tokens have all expired', () => {
    const PREV = 8_000_000_000_000_000;

    it.each([
      ['expired', `!${PREV}${EXPIRED}`],
      ['several expired', `!${PREV}${EXPIRED};other=2000;`],
      ['none left', `!${PREV}`],
    ])('%s: is a plain cell to a snapshot, whose previous generation it carries', async (_case, cellText) => {
      await write(cellText);
      expect(await redis.generations.current(key)).toBe(OPEN);
      expect(await redis.generations.extend(key, PREV, MINUTE)).toBe(false);
      expect(await redis.atomic.fill(key, PREV, Buffer.of(1), MINUTE)).toBe(false);
      expect(await redis.generations.snapshot(key)).toBe(PREV + 1);
      expect(await text()).toBe(String(PREV + 1));
    });

    it('is a plain cell to a bump', async () => {
      await write(`!${PREV}${EXPIRED}`);
      expect(await redis.generations.bump(key)).toBe(PREV + 1);
      expect(await text()).toBe(String(PREV + 1));
    });

    it('is removed by clear', async () => {
      await write(`!${PREV}${EXPIRED}`);
      await redis.generations.clear(redis.key(''));
      expect(await text()).toBeNull();
    });

    it('lives on as long as any other after a snapshot', async () => {
      await write(`!${PREV}${EXPIRED}`, 100);
      await redis.generations.snapshot(key);
      expect(await redis.outside.pttl(cell)).toBeGreaterThan(59_000);
    });
  });
});
