import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { CasConfigError, CasTtlError } from '../../../../lib/errors.js';
import { CasInvalidateError } from '../../../../lib/write-errors.js';
import { asCacheManager } from '../../../../lib/nest/cache-manager/as-cache-manager.js';
import type { CasCacheManagerOptions } from '../../../../lib/nest/cache-manager/cas-cache-manager.js';
import { Deferred } from '../../../support/core/deferred.js';
import { settled } from '../../../support/core/manual-timers.js';
import { BYTES, MEMORY, TOPOLOGIES } from '../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('a cache in the shape of cache-manager: $name', ({ rig }) => {
  it('get, set and del of one key, and clear', async () => {
    // Taken apart, as there.
    const { get, set, del, clear } = asCacheManager(rig().cache);
    expect(await get('a')).toBeUndefined();
    expect(await set('a', 1)).toBe(1);
    expect(await get('a')).toBe(1);
    expect(await set('a', null)).toBeNull();
    expect(await get('a')).toBeNull();
    expect(await del('a')).toBe(true);
    expect(await get('a')).toBeUndefined();
    await set('a', 2);
    expect(await clear()).toBe(true);
    expect(await get('a')).toBeUndefined();
  });

  it('mget, mset and mdel of many, in the order of the request', async () => {
    const { get, mget, mset, mdel } = asCacheManager(rig().cache);
    const list = [
      { key: 'a', value: 1 },
      { key: 'b', value: 2, ttl: 5_000 },
      { key: 'c', value: 3 },
      { key: 'a', value: 4 },
      { key: 'd', value: undefined },
    ];
    expect(await mset(list)).toBe(list);
    expect(await mget(['c', 'x', 'a', 'b', 'c', 'd'])).toEqual([3, undefined, 4, 2, 3, undefined]);
    expect(await mdel(['a', 'b'])).toBe(true);
    expect(await mget(['a', 'b', 'c'])).toEqual([undefined, undefined, 3]);
    expect(await mset([])).toEqual([]);
    expect(await get('c')).toBe(3);
  });

  it('set ends the life of what is there first: a load that is under way does not put its older value over it', async () => {
    const { cache } = rig();
    const { get, set, wrap } = asCacheManager(cache);
    const row = new Deferred<string>();
    const wrapped = wrap('a', () => row.promise);
    await settled();
    await set('a', 'new');
    row.resolve('old');
    expect(await wrapped).toBe('old');
    expect(await get('a')).toBe('new');
  });

  it('set of undefined ends the life of what is there', async () => {
    const { get, set } = asCacheManager(rig().cache);
    await set('a', 1);
    expect(await set('a', undefined)).toBeUndefined();
    expect(await get('a')).toBeUndefined();
  });

  it('set in a transaction stores nothing, and is an invalidation after the commit', async () => {
    const { get, set } = asCacheManager(rig().cache);
    await set('a', 'old');
    await runInCasTransaction(async () => set('a', 'uncommitted'));
    expect(await get('a')).toBeUndefined();
  });

  it('what set cannot know: a value that was loaded before an invalidation. With set: invalidate it stores nothing', async () => {
    const { cache } = rig();
    const slow = async (manager: ReturnType<typeof asCacheManager>): Promise<unknown> => {
      await manager.del('a');
      const loaded = (await manager.get('a')) ?? 'old';
      await manager.del('a');
      await manager.set('a', loaded);
      return manager.get('a');
    };
    expect(await slow(asCacheManager(cache))).toBe('old');
    expect(await slow(asCacheManager(cache, { set: 'invalidate' }))).toBeUndefined();
  });

  it('with set: invalidate, what is there goes', async () => {
    const { cache } = rig();
    const { set, mset, get, mget } = asCacheManager(cache, { set: 'invalidate' });
    await asCacheManager(cache).mset(['a', 'b', 'c'].map((key) => ({ key, value: 1 })));
    await set('a', 2);
    await mset([{ key: 'b', value: 2 }]);
    expect(await mget(['a', 'b', 'c'])).toEqual([undefined, undefined, 1]);
    expect(await get('a')).toBeUndefined();
  });

  it('set and mset reject when the store refused the value, or failed', async () => {
    const failing = rig();
    failing.failWrites('reject');
    const { set, mset } = asCacheManager(failing.cache);
    const refused = { code: 'CAS_UNAVAILABLE', namespace: 'user' };
    await expect(set('a', 1)).rejects.toMatchObject(refused);
    await expect(mset(['a', 'b'].map((key) => ({ key, value: 1 })))).rejects.toMatchObject(refused);
  });

  it('a value that the store refuses is one, too', async () => {
    const stores = MEMORY.rig();
    stores.entries.refuses = () => true;
    await expect(asCacheManager(stores.cache).set('a', 1)).rejects.toThrow(
      /was not stored: its store refused it or failed/,
    );
  });

  it('set rejects when no generation can be had', async () => {
    const stores = rig();
    stores.generations.script.fail('snapshotMany', 'reject');
    stores.generations.script.fail('snapshot', 'reject');
    await expect(asCacheManager(stores.cache).set('a', 1)).rejects.toMatchObject({ code: 'CAS_UNAVAILABLE' });
  });

  it('set of what a writer has overtaken, and on a disabled cache, resolves', async () => {
    const stores = rig();
    await stores.cache.withWriteIntent('a', async () => undefined);
    const token = await stores.generations.intents.open([stores.at('a')], 'another', 30_000);
    expect(token).toHaveLength(1);
    expect(await asCacheManager(stores.cache).set('a', 1)).toBe(1);
    expect(await asCacheManager(rig({ enabled: false }).cache).set('a', 1)).toBe(1);
  });

  it('del and set throw when the invalidation failed', async () => {
    const stores = rig();
    const { set, del } = asCacheManager(stores.cache);
    stores.loseGenerationStore('reject');
    await expect(del('a')).rejects.toBeInstanceOf(CasInvalidateError);
    await expect(set('a', 1)).rejects.toBeInstanceOf(CasInvalidateError);
  });
});

describe('a ttl in the shape of cache-manager', () => {
  const stored = async (given: [ttl?: number], defaults: CasCacheManagerOptions = {}): Promise<number[]> => {
    const stores = BYTES.rig({ ttl: '7s', bulkTtl: '7s' });
    const manager = asCacheManager(stores.cache, defaults);
    await manager.set('a', 1, ...given);
    await manager.mset([{ key: 'b', value: 1, ttl: given[0] }]);
    await manager.mset(['c', 'd'].map((key) => ({ key, value: 1, ttl: given[0] })));
    return ['a', 'b', 'c'].map((key) => stores.entries.held.get(stores.at(key))?.ttlMs ?? NaN);
  };

  it('is in milliseconds; without one, or with 0 for ever, it is that of the adapter, or of the namespace', async () => {
    expect(await stored([1_500])).toEqual([1_500, 1_500, 1_500]);
    expect(await stored([1_500], { ttl: '3s' })).toEqual([1_500, 1_500, 1_500]);
    expect(await stored([], { ttl: '3s' })).toEqual([3_000, 3_000, 3_000]);
    expect(await stored([])).toEqual([7_000, 7_000, 7_000]);
    expect(await stored([0])).toEqual([7_000, 7_000, 7_000]);
  });

  it('that is none is refused before anything is done', async () => {
    const { cache, events } = MEMORY.rig();
    const { set, mset, wrap } = asCacheManager(cache);
    await expect(set('a', 1, -1)).rejects.toBeInstanceOf(CasTtlError);
    await expect(mset([{ key: 'a', value: 1, ttl: NaN }])).rejects.toBeInstanceOf(CasTtlError);
    await expect(wrap('a', () => 1, -1)).rejects.toBeInstanceOf(CasTtlError);
    expect(events.all).toEqual([]);
    expect(() => asCacheManager(cache, { ttl: 0 })).toThrow(CasTtlError);
    expect(() => asCacheManager(cache, { set: 'never' as 'store' })).toThrow(CasConfigError);
  });
});

describe('disconnect', () => {
  it('leaves the cache open: others use its stores', async () => {
    const { disconnect, set, get } = asCacheManager(MEMORY.rig().cache);
    expect(await disconnect()).toBeUndefined();
    await set('a', 1);
    expect(await get('a')).toBe(1);
  });
});
