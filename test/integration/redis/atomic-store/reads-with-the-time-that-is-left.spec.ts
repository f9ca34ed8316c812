import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../../lib/codecs/json.codec.js';
import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import type { CasProvider } from '../../../../lib/contracts/provider.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { CasMalformedGenerationError } from '../../../../lib/errors.js';
import { encodeSingle } from '../../../../lib/wire/single-frame.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { ManualTimers } from '../../../support/core/manual-timers.js';
import { KINDS } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { freshNamespace } from '../../../support/redis/shared-redis.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** In a Cluster the last two have no slot in common with their generations. */
const KEYS = ['plain', '{tag}', '}', 'a{}b{c}'];

describe.each(KINDS)('reads that answer how long an entry still has, on %s', (_, parts) => {
  let redis: RedisParts;

  beforeEach(async () => {
    redis = await parts();
  });

  afterEach(() => redis.close());

  it.each(KEYS)('what is there, as plain reads do, and its own time: key "%s"', async (name) => {
    const { generations, outside, atomic } = redis;
    const key = redis.key(name);
    const nothing = { entry: undefined, generation: ABSENT, remainingMs: undefined };
    expect(await atomic.timed.read(key)).toEqual(nothing);
    const bytes = Buffer.of(0, 0xff, 0x0d, 0x0a, 0x80);
    const generation = await generations.snapshot(key);
    await atomic.fill(key, generation, bytes, DAY);

    const found = await atomic.timed.read(key);
    expect(found).toEqual({ entry: bytes, generation, remainingMs: expect.any(Number) });
    expect(found.remainingMs).toBeLessThanOrEqual(DAY);
    // The generation lives a minute longer than the entry: that is not what is asked for.
    expect(found.remainingMs).toBeGreaterThan(DAY - 60 * MINUTE);
    expect(await atomic.timed.readMany([redis.key('none'), key])).toEqual([
      nothing,
      { ...found, remainingMs: expect.any(Number) },
    ]);

    await outside.persist(key);
    expect(await atomic.timed.read(key)).toEqual({ entry: bytes, generation, remainingMs: Infinity });
  });

  it('an open cell, one that nobody of ours wrote, and an entry of another type', async () => {
    const { generations, outside, atomic } = redis;
    const [open, malformed, hash] = ['open', 'malformed', 'hash'].map(redis.key) as [string, string, string];
    await generations.intents.open([open], 'w', MINUTE);
    await outside.set(redis.cell(malformed), 'words');
    await outside.hset(hash, 'field', 'value');
    const readings = await atomic.timed.readMany([open, malformed, hash]);
    expect(readings).toEqual([
      { entry: undefined, generation: OPEN, remainingMs: undefined },
      { entry: undefined, generation: expect.any(CasMalformedGenerationError), remainingMs: undefined },
      { entry: undefined, generation: ABSENT, remainingMs: undefined },
    ]);
  });

  it('more than one request takes', async () => {
    const keys = Array.from({ length: 2_100 }, (__, n) => redis.key(`${n}`));
    const taken = await redis.generations.snapshotMany(keys);
    expect(
      (await redis.atomic.timed.readMany(keys)).map((reading) => 'generation' in reading && reading.generation),
    ).toEqual(taken);
  });

  describe('a copy in process', () => {
    const KEY = 'one';
    let timers: ManualTimers;
    let cache: CasCacheService<string>;
    let kept: { readonly at: number; readonly ttlMs: number }[];
    let at: string;

    beforeEach(() => {
      const namespace = freshNamespace();
      at = `single:${namespace}:${KEY}`;
      timers = new ManualTimers();
      kept = [];
      const near = new MemoryProvider({ clock: () => timers.now() });
      const scope = near.scope?.bind(near);
      Object.assign(near, {
        scope: (...args: Parameters<NonNullable<typeof scope>>) => {
          const view = scope?.(...args) as CasProvider;
          const set = view.set.bind(view);
          view.set = (key, entry, options) => {
            kept.push({ at: timers.now(), ttlMs: options.ttlMs });
            return set(key, entry, options);
          };
          return view;
        },
      });
      cache = new CasCacheService<string>(resolveNamespaceOptions({ namespace, ttl: '1d', timeout: '1h' }), {
        provider: redis.provider as CasProvider,
        generations: redis.generations,
        codec: new JsonCodec(),
        near: near as CasProvider,
        hooks: [],
        timers,
      });
    });

    /** Another process has stored it, and it has so long yet. */
    const behind = async (ms: number): Promise<void> => {
      const generation = await redis.generations.snapshot(at);
      await redis.atomic.fill(at, generation, encodeSingle(generation, Buffer.from('"v"')), ms);
    };

    it('does not outlive an entry that was replaced right after it was read', async () => {
      await behind(10 * MINUTE);
      const { provider, outside } = redis;
      const replace = (): Promise<unknown> => outside.pexpire(at, DAY);
      const remainingTtl = provider.remainingTtl.bind(provider);
      provider.remainingTtl = async (key) => {
        await replace();
        return remainingTtl(key);
      };
      expect(await cache.get(KEY)).toBe('v');
      await replace();
      await new Promise(setImmediate);
      expect(kept).toHaveLength(1);
      expect(kept[0]?.ttlMs).toBeLessThanOrEqual(10 * MINUTE);
    });

    it('counts the time that the reply took', async () => {
      await behind(10 * MINUTE);
      const read = cache.get(KEY);
      timers.advance(4 * MINUTE);
      expect(await read).toBe('v');
      expect(kept[0]?.ttlMs).toBeLessThanOrEqual(6 * MINUTE);
      timers.advance(6 * MINUTE);
      await redis.outside.del(at);
      expect(await cache.get(KEY)).toBeUndefined();
    });

    it('of what is filled counts the time that the fill took', async () => {
      const observed = await cache.snapshotGen(KEY);
      const filled = cache.setWithGen(KEY, 'v', observed, 10 * MINUTE);
      timers.advance(4 * MINUTE);
      expect(await filled).toBe('stored');
      expect(kept[0]?.ttlMs).toBe(6 * MINUTE);
    });
  });
});
