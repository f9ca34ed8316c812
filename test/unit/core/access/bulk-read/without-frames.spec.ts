import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { ATOMIC, BYTES, MEMORY, NEAR, TIERED, TIERED_ATOMIC } from '../../../../support/core/topologies.js';
import type { Topology } from '../../../../support/core/topologies.js';

const bulkKeys = (stores: Rig): string[] =>
  [...stores.log.calls.flatMap(({ keys }) => keys), ...stores.entries.held.keys()].filter((key) =>
    key.startsWith('bulk:'),
  );

const CASES: readonly (Topology & { readonly why: string; readonly disableBulk: boolean })[] = [
  { ...BYTES, why: 'bulk disabled', disableBulk: true },
  { ...ATOMIC, why: 'bulk disabled', disableBulk: true },
  { ...MEMORY, why: 'values in process', disableBulk: false },
  { ...NEAR, why: 'values in process', disableBulk: false },
  { ...TIERED, why: 'values in process in front', disableBulk: false },
  { ...TIERED_ATOMIC, why: 'values in process in front', disableBulk: false },
];

describe.each(CASES)('$why: no bulk key read or written ($name)', ({ rig, disableBulk }) => {
  it('reads and writes singles', async () => {
    const stores = rig({ disableBulk });
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    const result = await stores.cache.setBulkWithGens(Object.entries({ a: 1, b: 2 }), observed);
    expect(result).toEqual({
      outcome: 'stored',
      bulk: false,
      singles: new Map([
        ['a', 'stored'],
        ['b', 'stored'],
      ]),
    });
    expect((await stores.cache.getBulk(['a', 'b'])).values).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    expect(bulkKeys(stores)).toEqual([]);
    expect(stores.cache.stats().bulkFills).toBe(0);
  });
});

describe.each([TIERED, TIERED_ATOMIC])('a tier in front that fails: $name', ({ rig }) => {
  it.each(['throw', 'reject'] as const)('costs its entries, and no crash (%s)', async (how) => {
    const stores = rig();
    for (const key of ['a', 'b']) stores.seed(key, key);
    stores.near?.script.fail('*', how);
    await stores.cache.getBulk(['a', 'b']);
    // Node tells of unhandled rejections at the end of a turn.
    await new Promise(setImmediate);
    stores.mend();
    expect((await stores.cache.getBulk(['a', 'b'])).missing).toEqual([]);
  });
});

describe('getBulk over values in process', () => {
  it('is one look-up of many and one question for all generations', async () => {
    const stores = NEAR.rig();
    stores.seed('a', 'a');
    stores.seed('b', 'b');
    await stores.cache.getBulk(['a', 'b', 'c']);
    expect(stores.log.steps()).toEqual(['entries.getMany', 'generations.currentMany']);
    expect(stores.log.of('generations.currentMany')[0]?.keys).toEqual([stores.at('a'), stores.at('b')]);
  });

  it('asks for no generation when it holds nothing', async () => {
    const stores = NEAR.rig();
    await stores.cache.getBulk(['a', 'b']);
    expect(stores.log.steps()).toEqual(['entries.getMany']);
  });

  it('in front of another tier asks for both in the same tick, and behind for what near could not prove', async () => {
    const stores = TIERED_ATOMIC.rig();
    stores.seed('near', 'near');
    stores.seed('behind', 'behind');
    stores.near?.held.delete(stores.at('behind'));
    const gen = stores.generations.issue(stores.at('moved'));
    stores.place('moved', gen, 'moved');
    stores.near?.held.set(stores.at('moved'), { entry: { gen: gen - 1, payload: 'old' }, ttlMs: 1, cost: undefined });

    stores.generations.script.fail('currentMany', 'hang');
    stores.atomic?.script.fail('readMany', 'hang');
    const asked = stores.cache.getBulk(['near', 'behind', 'moved', 'nowhere']);
    await settled();
    expect(stores.log.steps().filter((step) => !step.startsWith('near.'))).toEqual([
      'atomic.readMany',
      'generations.currentMany',
    ]);
    stores.mend();
    stores.release();
    expect(await asked).toEqual({
      values: new Map([
        ['near', 'near'],
        ['behind', 'behind'],
        ['moved', 'moved'],
      ]),
      missing: ['nowhere'],
    });
    expect(stores.log.of('atomic.readMany').map(({ keys }) => keys)).toEqual([
      [stores.at('behind'), stores.at('nowhere')],
      [stores.at('moved')],
    ]);
  });
});
