import { describe, expect, it } from '@jest/globals';

import { decodeBulk } from '../../../../../lib/wire/bulk-frame.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES, WITH_BULK } from '../../../../support/core/topologies.js';

const ITEMS = [
  ['a', 1],
  ['b', 2],
] as const;

const STORED = new Map([
  ['a', 'stored'],
  ['b', 'stored'],
]);

const ttlOf = (stores: Rig, storageKey: string): number | undefined => stores.entries.held.get(storageKey)?.ttlMs;

describe.each(WITH_BULK)('bulk write: $name', ({ rig }) => {
  it('all current: one bulk frame, and singles seeded', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    expect(await stores.cache.setBulkWithGens(ITEMS, observed)).toEqual({
      outcome: 'stored',
      bulk: true,
      singles: STORED,
    });
    const held = stores.entries.held.get(stores.bulkAt('a', 'b'));
    expect(decodeBulk(held?.entry as Uint8Array).map(({ key, gen }) => [key, gen])).toEqual([...observed]);
    expect(await stores.cache.get('a')).toBe(1);
    expect(await stores.cache.get('b')).toBe(2);
    expect(stores.events.of('bulk-fill')).toEqual([
      { type: 'bulk-fill', namespace: 'user', keys: 2, outcome: 'stored', bulk: true },
    ]);
    expect(stores.cache.stats()).toMatchObject({ bulkFills: 1, fills: { stored: 2 } });
  });

  it('the frame lives for bulkTtl, its singles for ttl', async () => {
    const stores = rig({ ttl: '10m', bulkTtl: '1m' });
    await stores.cache.setBulkWithGens(ITEMS, await stores.cache.snapshotGens(['a', 'b']));
    expect(ttlOf(stores, stores.bulkAt('a', 'b'))).toBe(60_000);
    expect(ttlOf(stores, stores.at('a'))).toBe(600_000);
  });

  it('a per-call ttl reaches the frame and the seeded singles', async () => {
    const stores = rig({ ttl: '10m', bulkTtl: '1m' });
    await stores.cache.setBulkWithGens(ITEMS, await stores.cache.snapshotGens(['a', 'b']), '30s');
    expect(ttlOf(stores, stores.bulkAt('a', 'b'))).toBe(30_000);
    expect(ttlOf(stores, stores.at('a'))).toBe(30_000);
    expect(stores.generations.lives.get(stores.at('b'))).toBe(30_000);
  });

  it('a frame that outlives its singles makes their generations live as long', async () => {
    const stores = rig({ ttl: '1m', bulkTtl: '1h' });
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    expect(await stores.cache.setBulkWithGens(ITEMS, observed)).toMatchObject({ outcome: 'stored', bulk: true });
    expect(stores.generations.lives).toEqual(
      new Map([
        [stores.at('a'), 3_600_000],
        [stores.at('b'), 3_600_000],
      ]),
    );
  });

  it('and is not written when one of them moved, or could not be asked', async () => {
    for (const fail of [(stores: Rig) => stores.generations.issue(stores.at('a')), undefined]) {
      const stores = rig({ ttl: '1m', bulkTtl: '1h' });
      const observed = await stores.cache.snapshotGens(['a', 'b']);
      if (fail === undefined)
        stores.generations.script.failKey('extendMany', stores.at('a'), new Error('slot is down'));
      else if (stores.atomic === undefined) stores.entries.script.before('setMany', () => void fail(stores));
      else stores.generations.script.before('extendMany', () => void fail(stores));
      expect((await stores.cache.setBulkWithGens(ITEMS, observed)).bulk).toBe(false);
      expect(stores.entries.held.has(stores.bulkAt('a', 'b'))).toBe(false);
    }
  });
});

describe.each(TOPOLOGIES)('setBulkWithGens: $name', ({ rig, shape }) => {
  it('empty items: stored, no call', async () => {
    const stores = rig();
    expect(await stores.cache.setBulkWithGens([], new Map())).toEqual({
      outcome: 'stored',
      bulk: false,
      singles: new Map(),
    });
    expect(stores.log.steps()).toEqual([]);
  });

  it('takes any iterable, once', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    const items = ITEMS.values();
    expect((await stores.cache.setBulkWithGens(items, observed)).singles).toEqual(STORED);
    expect((await stores.cache.getBulk(['a', 'b'])).values).toEqual(new Map(ITEMS));
  });

  it('asks for all generations at once', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    stores.log.forget();
    await stores.cache.setBulkWithGens(ITEMS, observed);
    const asked = stores.log.of(shape.atomic ? 'atomic.fillMany' : 'generations.extendMany');
    expect(asked.map(({ keys }) => keys)).toEqual([[stores.at('a'), stores.at('b')]]);
  });
});
