import { describe, expect, it } from '@jest/globals';

import { TOPOLOGIES } from '../../../support/core/topologies.js';

const A_AND_B = new Map([
  ['a', 7],
  ['b', 8],
]);

describe.each(TOPOLOGIES)('disabled cache: $name', ({ rig }) => {
  it("reads miss and fills answer 'disabled' without touching a store", async () => {
    const stores = rig({ enabled: false });
    const { cache } = stores;
    expect(cache.enabled).toBe(false);
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.getSync('a')).toBeUndefined();
    expect(await cache.getBulk(['a', 'b'])).toEqual({ values: new Map(), missing: ['a', 'b'] });
    expect(await cache.setWithGen('a', 1, 7)).toBe('disabled');
    expect(await cache.setBulkWithGens(Object.entries({ a: 1, b: 2 }), A_AND_B)).toEqual({
      outcome: 'disabled',
      bulk: false,
      singles: new Map([
        ['a', 'disabled'],
        ['b', 'disabled'],
      ]),
    });
    expect(await cache.snapshotGen('a')).toBe(0);
    expect(await cache.snapshotGens(['a', 'b'])).toEqual(
      new Map([
        ['a', 0],
        ['b', 0],
      ]),
    );
    expect(stores.log.steps()).toEqual([]);
    expect(new Set(stores.events.reasons())).toEqual(new Set(['disabled']));
    expect(cache.stats()).toMatchObject({ enabled: false, fills: { disabled: 3 } });
  });

  it('loaders still run, without touching a store', async () => {
    const stores = rig({ enabled: false });
    let loads = 0;
    const load = (): number => ++loads;
    expect(await stores.cache.getOrLoad('a', load)).toBe(1);
    expect(await stores.cache.getOrLoad('a', load)).toBe(2);
    expect(stores.log.steps()).toEqual([]);
    expect(stores.events.of('fill').map(({ outcome }) => outcome)).toEqual(['disabled', 'disabled']);
  });

  it('invalidate still acts', async () => {
    const stores = rig({ enabled: false });
    const elsewhere = stores.another();
    await elsewhere.setWithGen('a', 1, await elsewhere.snapshotGen('a'));
    await stores.cache.invalidate('a');
    expect(await elsewhere.get('a')).toBeUndefined();
    expect(stores.has('a')).toBe(false);
  });

  it('clear still acts', async () => {
    const stores = rig({ enabled: false });
    const elsewhere = stores.another();
    await elsewhere.setWithGen('a', 1, await elsewhere.snapshotGen('a'));
    await stores.cache.clear();
    expect(await elsewhere.get('a')).toBeUndefined();
    expect(stores.has('a')).toBe(false);
  });

  it('bad input is an error all the same', async () => {
    const { cache } = rig({ enabled: false });
    await expect(cache.get('')).rejects.toMatchObject({ code: 'CAS_KEY' });
    await expect(cache.setWithGen('a', undefined, 7)).rejects.toMatchObject({ code: 'CAS_VALUE' });
    await expect(cache.setWithGen('a', 1, 7, 0)).rejects.toMatchObject({ code: 'CAS_TTL' });
  });
});
