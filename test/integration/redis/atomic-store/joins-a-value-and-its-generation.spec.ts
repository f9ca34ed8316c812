import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import { CasMalformedGenerationError, CasValueError } from '../../../../lib/errors.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';

const MINUTE = 60_000;

/** In a Cluster the last five have no slot in common with their generations. */
const KEYS = ['plain', '{tag}', 'a{tag}b', '}', 'a}b', '}{', '{}', 'a{}b{c}'];

describe.each(KINDS)('the atomic store on %s', (_, parts) => {
  let redis: RedisParts;

  beforeEach(async () => {
    redis = await parts();
  });

  afterEach(() => redis.close());

  it.each(KEYS)(
    'miss → fill → hit → invalidate → miss → late fill refused → fresh fill hits: key "%s"',
    async (name) => {
      const { atomic, generations } = redis;
      const key = redis.key(name);
      expect(await atomic.read(key)).toEqual({ entry: undefined, generation: ABSENT });
      const first = await generations.snapshot(key);
      expect(await atomic.fill(key, first, Buffer.of(1), MINUTE)).toBe(true);
      expect(await atomic.read(key)).toEqual({ entry: Buffer.of(1), generation: first });

      const second = await atomic.invalidate(key);
      expect(second).toBeGreaterThan(first);
      expect(await atomic.read(key)).toEqual({ entry: undefined, generation: second });
      expect(await atomic.fill(key, first, Buffer.of(1), MINUTE)).toBe(false);
      expect(await atomic.read(key)).toEqual({ entry: undefined, generation: second });
      expect(await atomic.fill(key, second, Buffer.of(2), MINUTE)).toBe(true);
      expect(await atomic.read(key)).toEqual({ entry: Buffer.of(2), generation: second });
    },
  );

  it('does the same for many keys at once, in their order', async () => {
    const { atomic, generations } = redis;
    const keys = KEYS.map((name) => redis.key(name));
    const first = (await generations.snapshotMany(keys)) as number[];
    const items = keys.map((key, n) => ({ key, generation: first[n] as number, entry: Buffer.of(n) }));
    expect(await atomic.fillMany(items, MINUTE)).toEqual(keys.map(() => true));
    expect(await atomic.readMany(keys)).toEqual(keys.map((_key, n) => ({ entry: Buffer.of(n), generation: first[n] })));

    const second = (await atomic.invalidateMany(keys.slice(1))) as number[];
    expect(second.every((generation, n) => generation > (first[n + 1] as number))).toBe(true);
    expect(await atomic.fillMany(items, MINUTE)).toEqual(keys.map((_key, n) => n === 0));
    expect(await atomic.readMany(keys)).toEqual([
      { entry: Buffer.of(0), generation: first[0] },
      ...second.map((generation) => ({ entry: undefined, generation })),
    ]);
  });

  it('answers an empty request without a call', async () => {
    const { atomic, connection } = redis;
    await connection.close();
    expect(await atomic.readMany([])).toEqual([]);
    expect(await atomic.fillMany([], MINUTE)).toEqual([]);
    expect(await atomic.invalidateMany([])).toEqual([]);
  });

  it('reads a bulk entry with the generations of its members, wherever they live', async () => {
    const { atomic, generations, provider } = redis;
    const keys = [...KEYS, 'none'].map((name) => redis.key(name));
    const taken = (await generations.bumpMany(keys.slice(0, -1))) as number[];
    const bulk = redis.key('').replace('single:', 'bulk:');
    expect(await atomic.readBulk(bulk, keys)).toEqual({ entry: undefined, generations: [...taken, ABSENT] });
    await provider.set(bulk, Buffer.from('bulk'), { ttlMs: MINUTE });
    expect(await atomic.readBulk(bulk, keys)).toEqual({ entry: Buffer.from('bulk'), generations: [...taken, ABSENT] });
  });

  it('reads a bulk entry with the generations of a list that comes again, as they are then', async () => {
    const { atomic, generations } = redis;
    const keys = Object.freeze(KEYS.map((name) => redis.key(name)));
    const others = Object.freeze(keys.toReversed());
    const bulk = redis.key('').replace('single:', 'bulk:');
    for (let round = 0; round < 2; round++) {
      const taken = (await generations.bumpMany(keys)) as number[];
      expect((await atomic.readBulk(bulk, keys)).generations).toEqual(taken);
      expect((await atomic.readBulk(bulk, others)).generations).toEqual(taken.toReversed());
    }
  });

  it.each(KEYS)(
    'an open cell: reads say so, fills are refused, an invalidation drops the value: key "%s"',
    async (name) => {
      const { atomic, generations, outside, provider } = redis;
      const key = redis.key(name);
      const generation = await generations.snapshot(key);
      await provider.set(key, Buffer.of(1), { ttlMs: MINUTE });
      await outside.set(redis.cell(key), `!${generation};w=${Date.now() + MINUTE}`, 'PX', MINUTE);
      expect(await atomic.read(key)).toEqual({ entry: Buffer.of(1), generation: OPEN });
      expect(await atomic.fill(key, generation, Buffer.of(2), MINUTE)).toBe(false);
      expect(await atomic.invalidate(key)).toBeGreaterThan(generation);
      expect(await atomic.read(key)).toEqual({ entry: undefined, generation: OPEN });
    },
  );

  it('one malformed generation affects only its key, and is a fault that names it, redacted', async () => {
    const { atomic, generations, outside, provider } = redis;
    const keys = [redis.key('bad'), redis.key('good')] as const;
    const good = await generations.snapshot(keys[1]);
    await outside.set(redis.cell(keys[0]), 'not a number');
    await provider.set(keys[0], Buffer.of(1), { ttlMs: MINUTE });
    const malformed = expect.any(CasMalformedGenerationError);
    expect(await atomic.readMany(keys)).toEqual([
      { entry: Buffer.of(1), generation: malformed },
      { entry: undefined, generation: good },
    ]);
    const { generation } = await atomic.read(keys[0]);
    expect(generation).toMatchObject({ key: keys[0], code: 'CAS_MALFORMED_GENERATION' });
    expect((generation as Error).message).not.toContain(keys[0]);
    expect((await atomic.readBulk(redis.key('bulk'), keys)).generations).toEqual([malformed, good]);
  });

  it('never fills under what no store issues, whatever stands in the cell', async () => {
    const { atomic, generations, outside } = redis;
    const key = redis.key('a');
    for (const [text, generation] of [
      ['0', 0],
      ['-1', -1],
      ['NaN', Number.NaN],
      ['1.5', 1.5],
      ['1e+21', 1e21],
      ['9007199254740991', 9_007_199_254_740_991],
    ] as const) {
      await outside.set(redis.cell(key), text, 'PX', MINUTE);
      expect(await atomic.fill(key, generation, Buffer.of(1), MINUTE)).toBe(false);
      expect(await atomic.fillMany([{ key, generation, entry: Buffer.of(1) }], MINUTE)).toEqual([false]);
      expect(await generations.extend(key, generation, MINUTE)).toBe(false);
    }
    expect((await atomic.read(key)).entry).toBeUndefined();
  });

  it('refuses an entry that is larger than Redis takes, and keeps the connection', async () => {
    const { atomic, generations, provider } = redis;
    const key = redis.key('a');
    const generation = await generations.snapshot(key);
    // Not real bytes: half a gibibyte of them would be sent nowhere anyway.
    const entry = { byteLength: 512 * 1024 * 1024 + 1 } as Uint8Array;
    await provider.set(key, Buffer.of(1), { ttlMs: MINUTE });
    await expect(atomic.fill(key, generation, entry, MINUTE)).rejects.toMatchObject({ code: 'CAS_VALUE', key });
    expect(await atomic.fillMany([{ key, generation, entry }], MINUTE)).toEqual([expect.any(CasValueError)]);
    expect(await provider.get(key)).toEqual(Buffer.of(1));
    expect(await provider.set(key, entry, { ttlMs: MINUTE })).toBe(false);
    expect(await provider.get(key)).toBeUndefined();
    expect(await generations.current(key)).toBe(generation);
  });

  it('is binary safe', async () => {
    const { atomic, generations } = redis;
    const key = redis.key('a');
    const slab = Uint8Array.from({ length: 300 }, (_byte, n) => n & 255);
    const view = slab.subarray(20, 280);
    const generation = await generations.snapshot(key);
    expect(await atomic.fill(key, generation, view, MINUTE)).toBe(true);
    expect((await atomic.read(key)).entry).toEqual(Buffer.from(view));
    expect(await atomic.fill(key, generation, new Uint8Array(0), MINUTE)).toBe(true);
    expect((await atomic.read(key)).entry).toEqual(Buffer.alloc(0));
  });
});
