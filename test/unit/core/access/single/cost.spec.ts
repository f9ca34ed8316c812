import { describe, expect, it } from '@jest/globals';

import type { ComputeSetCost } from '../../../../../lib/core/options/namespace-options.js';
import { decodeBulk } from '../../../../../lib/wire/bulk-frame.js';
import { decodeSingle } from '../../../../../lib/wire/single-frame.js';
import { ATOMIC, BYTES, MEMORY } from '../../../../support/core/topologies.js';

const ITEMS = Object.entries({ a: 1, b: 2, c: 3 });
const KEYS = ['a', 'b', 'c'];

describe('computeSetCost', () => {
  it('is given the storage key, the frame, whether it is a bulk, and how many members it has', async () => {
    const asked: Parameters<ComputeSetCost>[] = [];
    const stores = BYTES.rig({ computeSetCost: (...given) => asked.push(given) });
    await stores.cache.setWithGen('42', 'v', await stores.cache.snapshotGen('42'));
    await stores.cache.setBulkWithGens(ITEMS, await stores.cache.snapshotGens(KEYS));
    expect(asked.map(([key, , isBulk, n]) => [key, isBulk, n])).toEqual([
      [stores.at('42'), false, 1],
      [stores.at('a'), false, 1],
      [stores.at('b'), false, 1],
      [stores.at('c'), false, 1],
      [stores.bulkAt(...KEYS), true, 3],
    ]);
    expect(decodeSingle(asked[0]?.[1] as Uint8Array).gen).toBe(stores.generations.cells.get(stores.at('42')));
    expect(decodeBulk(asked[4]?.[1] as Uint8Array).map(({ key }) => key)).toEqual(KEYS);
    expect(asked.map(([key, raw]) => stores.entries.held.get(key)?.entry === raw)).not.toContain(false);
    expect(asked.map(([key]) => stores.entries.held.get(key)?.cost)).toEqual([1, 2, 3, 4, 5]);
  });

  it('lets bulk entries weigh more than singles', async () => {
    const stores = BYTES.rig({ computeSetCost: (_key, raw, isBulk) => raw.length * (isBulk ? 10 : 1) });
    await stores.cache.setBulkWithGens(ITEMS, await stores.cache.snapshotGens(KEYS));
    const { cost, entry } = stores.entries.held.get(stores.bulkAt(...KEYS)) ?? {};
    expect(cost).toBe((entry as Uint8Array).length * 10);
  });

  it.each([0, -1, NaN, Infinity, '5', undefined])(
    'a bad answer (%p) is warned about once, and the entry weighs what it holds',
    async (answer) => {
      const stores = BYTES.rig({ computeSetCost: () => answer as number });
      for (const key of KEYS) {
        expect(await stores.cache.setWithGen(key, 'v', await stores.cache.snapshotGen(key))).toBe('stored');
        expect(stores.entries.held.get(stores.at(key))?.cost).toBeUndefined();
      }
      expect(stores.events.of('warning')).toHaveLength(1);
      expect(stores.events.of('warning')[0]?.message).toContain('positive number');
    },
  );

  it('one that throws is a fault, and the entry weighs what it holds', async () => {
    const cause = new Error('no idea');
    const stores = BYTES.rig({
      computeSetCost: () => {
        throw cause;
      },
    });
    expect(await stores.cache.setWithGen('42', 'v', await stores.cache.snapshotGen('42'))).toBe('stored');
    expect(stores.events.of('fault')).toMatchObject([{ operation: 'set', cause }]);
  });

  it('is not asked where entries have no weight: values, and singles of a server', async () => {
    for (const { rig } of [MEMORY, ATOMIC]) {
      const stores = rig({
        computeSetCost: () => {
          throw new Error('it was asked');
        },
      });
      expect(await stores.cache.setWithGen('42', 'v', await stores.cache.snapshotGen('42'))).toBe('stored');
      expect(stores.events.faults()).toEqual([]);
    }
  });
});
