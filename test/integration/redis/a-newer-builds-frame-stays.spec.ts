import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { bulkKey } from '../../../lib/keys/storage-keys.js';
import { encodeSingle } from '../../../lib/wire/single-frame.js';
import { encodeStamped } from '../../../lib/wire/stamped-frame.js';
import { encodeTagged } from '../../../lib/wire/tagged-frame.js';
import { KINDS } from '../../support/redis/redis-parts.js';
import type { RedisParts } from '../../support/redis/redis-parts.js';

const NEWER = Buffer.from(encodeSingle(7, Buffer.from('newer')));
NEWER[4] = 2;

describe.each(KINDS)('a frame that only a newer build can read, in %s', (_, make) => {
  let parts: RedisParts;

  beforeAll(async () => {
    parts = await make();
  });

  afterAll(() => parts.close());

  // The last of them has no common slot with its generation, so that it is stored in two steps.
  it.each(['a', 'b{tag}', 'c}d'])('stays under a fill, whatever was read before: %s', async (key) => {
    const { atomic, generations, outside } = parts;
    const at = parts.key(key);
    await outside.set(at, NEWER, 'PX', 60_000);
    const generation = await generations.snapshot(at);
    const entry = encodeSingle(generation, Buffer.from('ours'));
    expect(await atomic.fill(at, generation, entry, 60_000)).toBe('unknown-frame');
    expect(await atomic.fillMany([{ key: at, generation, entry }], 60_000)).toEqual(['unknown-frame']);
    expect(await outside.getBuffer(at)).toEqual(NEWER);
    expect(await outside.pttl(at)).toBeGreaterThan(0);
    // It is gone with its generation, and then the key is free.
    const next = await atomic.invalidate(at);
    expect(await atomic.fill(at, next, encodeSingle(next, Buffer.from('ours')), 60_000)).toBe(true);
    expect(await outside.getBuffer(at)).toEqual(encodeSingle(next, Buffer.from('ours')));
  });

  it('stays under a set of a provider alone, of one entry and of many, and under one that is too large', async () => {
    const { provider, outside } = parts;
    const [taken, free] = [parts.key('taken'), parts.key('free')];
    await outside.set(taken, NEWER);
    const entry = encodeSingle(1, Buffer.from('ours'));
    expect(await provider.set(taken, entry, { ttlMs: 60_000 })).toBe(false);
    const items = [taken, free].map((key) => ({ key, entry }));
    expect(await provider.setMany(items, { ttlMs: 60_000 })).toEqual([false, true]);
    const tooLarge = { byteLength: 513 * 1024 * 1024 } as Uint8Array;
    expect(await provider.set(taken, tooLarge, { ttlMs: 60_000 })).toBe(false);
    expect(await provider.set(free, tooLarge, { ttlMs: 60_000 })).toBe(false);
    expect([await outside.getBuffer(taken), await outside.getBuffer(free)]).toEqual([NEWER, null]);
  });

  it('is a tagged one to a namespace without tags; with tags, it takes the place of any other and is replaced', async () => {
    const { atomic, generations, provider, outside } = parts;
    const clock = { era: 7, seq: 9, tags: ['a'] };
    // The last of them is stored in two steps.
    for (const key of ['tagged', 'tagged}d']) {
      const at = parts.key(key);
      const generation = await generations.snapshot(at);
      const fill = (entry: Uint8Array) => atomic.fill(at, generation, entry, 60_000);
      const value = Buffer.from('v');
      const untagged = [encodeSingle(generation, value), encodeStamped(generation, { storedAt: 1, freshMs: 1 }, value)];
      const tagged = encodeTagged(generation, clock, value);
      for (const entry of untagged) {
        expect(await fill(entry)).toBe(true);
        expect(await fill(tagged)).toBe(true);
        expect(await fill(entry)).toBe('unknown-frame');
        expect(await atomic.fillMany([{ key: at, generation, entry }], 60_000)).toEqual(['unknown-frame']);
        expect(await provider.set(at, entry, { ttlMs: 60_000 })).toBe(false);
        expect(await outside.getBuffer(at)).toEqual(tagged);
        const next = encodeTagged(generation, { ...clock, seq: 10 }, value, { storedAt: 1, freshMs: 1 });
        expect(await fill(next)).toBe(true);
        expect(await provider.set(at, tagged, { ttlMs: 60_000 })).toBe(true);
        expect(await outside.getBuffer(at)).toEqual(tagged);
        await provider.delete(at);
      }
      await outside.set(at, NEWER);
      expect(await fill(tagged)).toBe('unknown-frame');
      expect(await provider.set(at, tagged, { ttlMs: 60_000 })).toBe(false);
      expect(await outside.getBuffer(at)).toEqual(NEWER);
    }
  });

  it('that is tagged stays under an entry that is too large, unless that is tagged too', async () => {
    const { provider, outside } = parts;
    const at = parts.key('large');
    const tagged = encodeTagged(1, { era: 7, seq: 9, tags: [] }, Buffer.from('v'));
    const large = (kind: number) => ({ byteLength: 513 * 1024 * 1024, 5: kind }) as unknown as Uint8Array;
    await outside.set(at, tagged);
    expect(await provider.set(at, large(1), { ttlMs: 60_000 })).toBe(false);
    expect(await outside.getBuffer(at)).toEqual(tagged);
    expect(await provider.set(at, large(4), { ttlMs: 60_000 })).toBe(false);
    expect(await outside.getBuffer(at)).toBeNull();
  });

  it('stays in the place of a bulk frame', async () => {
    const { provider, generations, outside } = parts;
    const [, namespace = ''] = parts.key('').split(':');
    const cache = new CasCacheService(resolveNamespaceOptions({ namespace, timeout: '5s' }), {
      provider,
      generations,
      codec: new JsonCodec(),
      hooks: [],
    });
    const at = bulkKey(namespace, ['x', 'y']);
    await outside.set(at, NEWER);
    const load = (missing: string[]): Map<string, string> => new Map(missing.map((key) => [key, key]));
    const both = new Map([
      ['x', 'x'],
      ['y', 'y'],
    ]);
    expect(await cache.getOrLoadMany(['x', 'y'], load)).toEqual(both);
    expect(await cache.getOrLoadMany(['x', 'y'], () => new Map())).toEqual(both);
    expect(await outside.getBuffer(at)).toEqual(NEWER);
  });
});
