import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ABSENT, MAX_GENERATION, OPEN } from '../../../../lib/contracts/generation-store.js';
import { CasMalformedGenerationError } from '../../../../lib/errors.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';

const MINUTE = 60_000;
const MICROSECONDS_OF_2020 = 1_577_836_800_000_000;
const MICROSECONDS_OF_2100 = 4_102_444_800_000_000;

describe.each(KINDS)('a cell on %s that holds what no version of this package wrote', (_, parts) => {
  let redis: RedisParts;
  let key: string;
  let cell: string;

  beforeEach(async () => {
    redis = await parts();
    key = redis.key('a');
    cell = redis.cell(key);
  });

  afterEach(() => redis.close());

  const TEXTS = {
    'no number': 'hello',
    nothing: '',
    zero: '0',
    'a negative number': '-5',
    'a leading zero': '007',
    'a fraction': '1.5',
    'an exponent': '1e9',
    'a space': ' 5',
    'a line': '5\n',
    '2^53-1': '9007199254740991',
    '2^53+1': '9007199254740993',
    'a number of 20 digits': '99999999999999999999',
    'a number of 17 digits': '10000000000000000',
    'half a megabyte': '7'.repeat(500_000),
    'bytes that are no text': '\u0000\u00ff',
  };

  it.each(Object.entries(TEXTS))(
    '%s: a fault that names the key to a read, and replaced by the next issue',
    async (_case, text) => {
      for (const issue of ['snapshot', 'bump'] as const) {
        await redis.outside.set(cell, text, 'PX', MINUTE);
        await expect(redis.generations.current(key)).rejects.toMatchObject({ code: 'CAS_MALFORMED_GENERATION', key });
        expect(await redis.generations.currentMany([key])).toEqual([expect.any(CasMalformedGenerationError)]);
        expect(await redis.generations.extend(key, 5, MINUTE)).toBe(false);
        expect(await redis.outside.get(cell)).toBe(text);

        const issued = await redis.generations[issue](key);
        expect(issued).toBeGreaterThan(MICROSECONDS_OF_2020);
        expect(issued).toBeLessThan(MICROSECONDS_OF_2100);
        expect(await redis.outside.get(cell)).toBe(String(issued));
        expect(await redis.generations.current(key)).toBe(issued);
      }
    },
  );

  it('another Redis type: absent, and replaced by the next issue, which gives it an expiry', async () => {
    for (const issue of ['snapshot', 'bump'] as const) {
      await redis.outside.del(cell);
      await redis.outside.rpush(cell, '5');
      expect(await redis.generations.current(key)).toBe(ABSENT);
      expect(await redis.generations.extend(key, 5, MINUTE)).toBe(false);
      expect(await redis.atomic.fill(key, 5, Buffer.of(1), MINUTE)).toBe(false);
      const issued = await redis.generations[issue](key);
      expect(await redis.outside.get(cell)).toBe(String(issued));
      expect(await redis.outside.pttl(cell)).toBeGreaterThan(0);
    }
    await redis.outside.del(cell);
    await redis.outside.rpush(cell, '5');
    await redis.generations.clear(redis.key(''));
    expect(await redis.outside.exists(cell)).toBe(0);
  });

  it.each([
    '!',
    '!x',
    '!-5;w=9999999999999',
    '!05;w=9999999999999',
    '!9007199254740991;w=9999999999999',
    '!5;w',
    '!5;w=soon',
    '!5;=9999999999999',
    '!5;;',
    '!5;w=99999999999999999999',
    '!5 ;w=9999999999999',
  ])('a garbled intent, "%s": a miss to a read, and replaced by the next issue', async (text) => {
    await redis.outside.set(cell, text);
    expect(await redis.generations.current(key)).toBe(OPEN);
    expect(await redis.generations.extend(key, 5, MINUTE)).toBe(false);
    const issued = await redis.generations.snapshot(key);
    expect(issued).toBeGreaterThan(MICROSECONDS_OF_2020);
    expect(await redis.outside.get(cell)).toBe(String(issued));

    await redis.outside.set(cell, text);
    expect(await redis.generations.bump(key)).toBeGreaterThan(issued);
  });

  it('the largest generation is none of these, and what follows it is readable', async () => {
    await redis.outside.set(cell, String(MAX_GENERATION), 'PX', MINUTE);
    expect(await redis.generations.current(key)).toBe(MAX_GENERATION);
    expect(await redis.generations.extend(key, MAX_GENERATION, MINUTE)).toBe(true);
    const issued = await redis.generations.bump(key);
    expect(issued).not.toBe(MAX_GENERATION);
    expect(await redis.generations.current(key)).toBe(issued);
    await redis.outside.set(cell, String(MAX_GENERATION - 1), 'PX', MINUTE);
    expect(await redis.generations.bump(key)).toBe(MAX_GENERATION);
  });
});
