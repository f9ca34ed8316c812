import { describe, expect, it } from '@jest/globals';

import { CasGenerationError, CasKeyError, CasValueError } from '../../../../../lib/errors.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const BAD_KEYS = ['', 'x'.repeat(65_536), '\ud800', 'a\udc00b'];
const NO_KEYS = [undefined, null, 42, {}, ['a']] as unknown as string[];

describe.each(TOPOLOGIES)('bad input is an error before any store is asked: $name', ({ rig }) => {
  it.each([...BAD_KEYS, ...NO_KEYS].map((key, i) => [i, key] as const))('key %#', async (_, key) => {
    const stores = rig();
    const { cache } = stores;
    for (const call of [
      () => cache.get(key),
      () => cache.setWithGen(key, 1, 7),
      () => cache.snapshotGen(key),
      () => cache.getOrLoad(key, () => 1),
      () => cache.getBulk(['fine', key]),
      () => cache.snapshotGens(['fine', key]),
      () => cache.invalidate(['fine', key]),
      () => cache.setBulkWithGens([[key, 1]], new Map([[key, 7]])),
    ]) {
      await expect(call()).rejects.toBeInstanceOf(CasKeyError);
    }
    expect(() => cache.getSync(key)).toThrow(CasKeyError);
    expect(stores.log.steps()).toEqual([]);
    expect(stores.events.all).toEqual([]);
  });

  it('a key at the limit is none', async () => {
    const { cache } = rig();
    for (const key of ['x'.repeat(65_535), '\u{1f600}', '__proto__', 'constructor', 'a:b', ' ', '\u0000']) {
      await cache.setWithGen(key, key, await cache.snapshotGen(key));
      expect(await cache.get(key)).toBe(key);
    }
  });

  it('a value that is undefined or a promise', async () => {
    const stores = rig();
    await expect(stores.cache.setWithGen('42', undefined, 7)).rejects.toThrow('store null instead');
    await expect(stores.cache.setWithGen('42', Promise.resolve(1), 7)).rejects.toThrow('await it first');
    await expect(stores.cache.setWithGen('42', undefined, 7)).rejects.toBeInstanceOf(CasValueError);
    expect(stores.log.steps()).toEqual([]);
  });

  it('a generation that no store can have issued', async () => {
    const stores = rig();
    for (const generation of [-1, 1.5, NaN, Infinity, 2 ** 53 - 1, undefined, '7', 7n] as number[]) {
      await expect(stores.cache.setWithGen('42', 1, generation)).rejects.toBeInstanceOf(CasGenerationError);
    }
    expect(stores.log.steps()).toEqual([]);
    expect(await stores.cache.setWithGen('42', 1, 2 ** 53 - 2)).toBe('stale');
  });
});
