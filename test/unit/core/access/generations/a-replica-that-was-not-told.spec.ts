import { describe, expect, it } from '@jest/globals';

import { TIERED, TIERED_ATOMIC, TOPOLOGIES } from '../../../../support/core/topologies.js';

const SHARED = TOPOLOGIES.filter(({ shape }) => shape.generations === 'shared');

describe.each(SHARED)('an invalidation by another replica: $name', ({ rig }) => {
  it('ends what is cached here: one key, many keys, in values and in frames', async () => {
    const here = rig();
    const observed = await here.cache.snapshotGens(['a', 'b']);
    await here.cache.setBulkWithGens(Object.entries({ a: 1, b: 2 }), observed);
    // Another replica bumps; the entries that this one holds in process stay.
    here.generations.issue(here.at('a'));
    expect(await here.cache.get('a')).toBeUndefined();
    expect(await here.cache.getBulk(['a', 'b'])).toEqual({ values: new Map([['b', 2]]), missing: ['a'] });
    expect(await here.cache.setWithGen('a', 'late', observed.get('a') as number)).toBe('stale');
  });

  it('also when the generation is lost instead', async () => {
    const here = rig();
    const observed = await here.cache.snapshotGens(['a', 'b']);
    await here.cache.setBulkWithGens(Object.entries({ a: 1, b: 2 }), observed);
    here.generations.lose(here.at('a'));
    expect(await here.cache.getBulk(['a', 'b'])).toEqual({ values: new Map([['b', 2]]), missing: ['a'] });
    expect(await here.cache.get('a')).toBeUndefined();
  });
});

describe.each([TIERED, TIERED_ATOMIC])('the tier in front: $name', ({ rig }) => {
  it('is warmed by what the tier behind holds, and then asked first', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.near?.held.clear();
    expect(await stores.cache.get('42')).toBe('v');
    expect(stores.near?.held.get(stores.at('42'))?.entry.payload).toBe('v');
    stores.log.forget();
    expect(await stores.cache.get('42')).toBe('v');
    expect(stores.log.steps()).toEqual(['near.get', 'generations.current']);
  });

  it('asks behind for what it cannot prove, and takes over what is newer there', async () => {
    const stores = rig();
    const generation = stores.seed('42', 'new');
    stores.near?.held.set(stores.at('42'), {
      entry: { gen: generation - 1, payload: 'old' },
      ttlMs: 1,
      cost: undefined,
    });
    expect(await stores.cache.get('42')).toBe('new');
    expect(stores.near?.held.get(stores.at('42'))?.entry).toEqual({ gen: generation, payload: 'new' });
  });

  it('never keeps an entry longer than the tier behind', async () => {
    for (const [remaining, kept] of [
      [5_000, 5_000],
      [Infinity, 60_000],
      [3_600_000, 60_000],
    ] as const) {
      const stores = rig({ ttl: '1m' });
      stores.entries.remainingTtl = () => Promise.resolve(remaining);
      stores.seed('42', 'v');
      stores.near?.held.clear();
      await stores.cache.get('42');
      await new Promise(setImmediate);
      expect(stores.near?.held.get(stores.at('42'))?.ttlMs).toBe(kept);
    }
  });

  it('keeps nothing of an entry that is gone behind, or about to go', async () => {
    for (const remaining of [undefined, 0]) {
      const stores = rig();
      stores.entries.remainingTtl = () => Promise.resolve(remaining);
      stores.seed('42', 'v');
      stores.near?.held.clear();
      expect(await stores.cache.get('42')).toBe('v');
      await new Promise(setImmediate);
      expect(stores.near?.held.size).toBe(0);
    }
  });

  it('is left alone, and the hit served, when it cannot be learnt how long the entry has', async () => {
    const stores = rig();
    stores.entries.remainingTtl = () => Promise.reject(new Error('down'));
    stores.seed('42', 'v');
    stores.near?.held.clear();
    expect(await stores.cache.get('42')).toBe('v');
    await new Promise(setImmediate);
    expect(stores.near?.held.size).toBe(0);
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'set', key: '42' }]);
  });

  it('is warmed by a read of many keys too', async () => {
    const stores = rig();
    stores.seed('a', 1);
    stores.seed('b', 2);
    stores.near?.held.clear();
    await stores.cache.getBulk(['a', 'b']);
    expect([...(stores.near?.held.keys() ?? [])]).toEqual([stores.at('a'), stores.at('b')]);
  });
});
