import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import { CasMalformedGenerationError } from '../../../../lib/errors.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';

const MINUTE = 60_000;
const BYTES = Buffer.of(0, 0xff, 0x0d, 0x0a, 0x80);
const FLOOR_US = 60_000_000;

describe.each(KINDS)('a read that issues what it does not find, on %s', (_, parts) => {
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

  const read = () => redis.atomic.readOrIssue(key);

  it('answers a generation that a fill takes, and that lives as long as a snapshot leaves it', async () => {
    const { issued, ...reading } = await read();
    expect(reading).toEqual({ entry: undefined, generation: ABSENT });
    expect(issued).toBeGreaterThan(0);
    expect(await redis.generations.current(key)).toBe(issued);
    const left = await redis.outside.pttl(cell);
    const asked = redis.key('asked');
    await redis.generations.snapshot(asked);
    // Both are of this moment, and last for the fill deadline.
    expect(Math.abs((await redis.outside.pttl(redis.cell(asked))) - left)).toBeLessThan(MINUTE / 2);
    expect(await redis.atomic.fill(key, issued as number, BYTES, MINUTE)).toBe(true);
    expect(await read()).toEqual({ entry: BYTES, generation: issued });
  });

  it('changes nothing where a generation is, not even how long it lives', async () => {
    const generation = await redis.generations.snapshot(key);
    await redis.atomic.fill(key, generation, BYTES, MINUTE);
    await redis.outside.pexpire(cell, 5_000);
    expect(await read()).toEqual({ entry: BYTES, generation });
    expect(await redis.outside.get(cell)).toBe(String(generation));
    expect(await redis.outside.pttl(cell)).toBeLessThanOrEqual(5_000);
  });

  it('shows an entry that has lost its generation, and issues another than the lost one', async () => {
    const lost = await redis.generations.snapshot(key);
    await redis.atomic.fill(key, lost, BYTES, MINUTE);
    await redis.outside.del(cell);
    const { issued, ...reading } = await read();
    expect(reading).toEqual({ entry: BYTES, generation: ABSENT });
    expect(issued).toBeGreaterThan(lost);
  });

  it('answers 0 under a writer, and leaves the cell to him', async () => {
    const open = `!5;w=${Date.now() + MINUTE}`;
    await redis.outside.set(cell, open, 'PX', MINUTE);
    expect(await read()).toEqual({ entry: undefined, generation: OPEN, issued: 0 });
    expect(await redis.outside.get(cell)).toBe(open);
  });

  it('takes a cell whose writers are gone for one without a generation, and issues above the last', async () => {
    const last = (Date.now() + 10_000) * 1_000;
    await redis.outside.set(cell, `!${last};w=1000`, 'PX', MINUTE);
    const { issued, generation } = await read();
    expect(generation).toBe(OPEN);
    expect(issued).toBeGreaterThan(last);
    expect(await redis.generations.current(key)).toBe(issued);
  });

  it.each(['words', '0', '12 ', '9007199254740991', '99999999999999999999', '!x;w=1'])(
    'replaces what is no generation, and says so: %s',
    async (text) => {
      await redis.outside.set(cell, text);
      const { issued, generation } = await read();
      if (text.startsWith('!')) expect(generation).toBe(OPEN);
      else expect(generation).toBeInstanceOf(CasMalformedGenerationError);
      expect(issued).toBeGreaterThan(0);
      expect(await redis.generations.current(key)).toBe(issued);
    },
  );

  it('takes the largest generation there can be for one', async () => {
    await redis.outside.set(cell, '9007199254740990');
    expect(await read()).toEqual({ entry: undefined, generation: 9_007_199_254_740_990 });
  });

  it('replaces a cell of another type, and takes an entry of another type for none', async () => {
    await redis.outside.hset(cell, 'field', 'value');
    await redis.outside.hset(key, 'field', 'value');
    const { issued, ...reading } = await read();
    expect(reading).toEqual({ entry: undefined, generation: ABSENT });
    expect(await redis.generations.current(key)).toBe(issued);
  });

  it('issues above the floor that the process has seen', async () => {
    const ahead = Date.now() * 1_000 + FLOOR_US;
    await redis.outside.set(redis.cell(redis.key('ahead')), String(ahead), 'PX', MINUTE);
    expect(await redis.generations.current(redis.key('ahead'))).toBe(ahead);
    expect((await read()).issued).toBeGreaterThan(ahead);
  });

  it('is made for a key once: those that were asked for are read as any other', () => {
    expect([1, 2].map(() => redis.atomic.isNew(key))).toEqual([true, false]);
    expect(redis.atomic.isNew(redis.key('b'))).toBe(true);
  });
});
