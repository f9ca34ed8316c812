import { describe, expect, it } from '@jest/globals';

import { TOPOLOGIES, WITH_BULK } from '../../../../support/core/topologies.js';

const ITEMS = Object.entries({ a: 1, b: 2, c: 3 });
const KEYS = ['a', 'b', 'c'];

describe.each(TOPOLOGIES)('one moved member: no bulk: $name', ({ rig }) => {
  it('the rest as singles by their own check, with the given ttl', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(KEYS);
    await stores.cache.invalidate('b');
    expect(await stores.cache.setBulkWithGens(ITEMS, observed, '30s')).toEqual({
      outcome: 'stale',
      bulk: false,
      singles: new Map([
        ['a', 'stored'],
        ['b', 'stale'],
        ['c', 'stored'],
      ]),
    });
    expect(stores.entries.held.get(stores.at('a'))?.ttlMs).toBe(30_000);
    expect(stores.has('b')).toBe(false);
    expect(stores.entries.held.has(stores.bulkAt(...KEYS))).toBe(false);
    expect(stores.events.of('fill').map(({ key, outcome }) => [key, outcome])).toEqual([
      ['a', 'stored'],
      ['b', 'stale'],
      ['c', 'stored'],
    ]);
    expect(await stores.cache.getBulk(KEYS)).toMatchObject({ missing: ['b'] });
  });

  it('a member under 0 is not stored and not asked about, the rest are singles', async () => {
    const stores = rig();
    const observed = new Map(await stores.cache.snapshotGens(KEYS)).set('c', 0);
    stores.log.forget();
    expect(await stores.cache.setBulkWithGens(ITEMS, observed)).toEqual({
      outcome: 'unavailable',
      bulk: false,
      singles: new Map([
        ['a', 'stored'],
        ['b', 'stored'],
        ['c', 'unavailable'],
      ]),
    });
    expect(stores.log.calls.some(({ keys }) => keys.includes(stores.at('c')))).toBe(false);
  });

  it('a member whose generation cannot be asked for now: the rest are singles', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(KEYS);
    stores.generations.script.failKey('extendMany', stores.at('a'), new Error('slot is down'));
    stores.atomic?.script.failKey('fillMany', stores.at('a'), new Error('slot is down'));
    const { singles } = await stores.cache.setBulkWithGens(ITEMS, observed);
    expect([singles.get('b'), singles.get('c')]).toEqual(['stored', 'stored']);
    expect(singles.get('a')).not.toBe('stored');
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'set', key: 'a' }]);
  });

  it('the generation store down: nothing stored', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(KEYS);
    stores.loseGenerationStore('reject');
    expect(await stores.cache.setBulkWithGens(ITEMS, observed)).toEqual({
      outcome: 'unavailable',
      bulk: false,
      singles: new Map(KEYS.map((key) => [key, 'unavailable'])),
    });
    expect(stores.entries.held.size).toBe(0);
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'set', key: undefined }]);
  });
});

describe.each(TOPOLOGIES.filter(({ shape }) => !shape.atomic))(
  'between the check and the seeding: $name',
  ({ rig }) => {
    it('a member that moves between the check and the seeding of singles is not served', async () => {
      const stores = rig();
      const observed = await stores.cache.snapshotGens(KEYS);
      stores.entries.script.before('setMany', () => stores.generations.issue(stores.at('b')));
      await stores.cache.setBulkWithGens(ITEMS, observed);
      expect(await stores.cache.get('b')).toBeUndefined();
      expect((await stores.cache.getBulk(KEYS)).missing).toEqual(['b']);
    });
  },
);

describe.each(WITH_BULK)('between the singles and the frame: $name', ({ rig }) => {
  it('a member that moves makes a frame that no read accepts', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(KEYS);
    stores.entries.script.before('set', () => stores.generations.issue(stores.at('b')));
    await stores.cache.setBulkWithGens(ITEMS, observed);
    expect(await stores.cache.getBulk(KEYS)).toEqual({
      values: new Map([
        ['a', 1],
        ['c', 3],
      ]),
      missing: ['b'],
    });
  });
});
