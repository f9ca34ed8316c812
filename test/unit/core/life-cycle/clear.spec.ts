import { describe, expect, it } from '@jest/globals';

import { CasClearError } from '../../../../lib/write-errors.js';
import { TOPOLOGIES, WITH_BULK } from '../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('clear: $name', ({ rig, shape }) => {
  it('invalidates the whole namespace and frees its entries', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    await stores.cache.setBulkWithGens(Object.entries({ a: 1, b: 2 }), observed);
    await stores.cache.clear();
    expect([stores.entries.held.size, stores.near?.held.size ?? 0, stores.generations.cells.size]).toEqual([0, 0, 0]);
    expect((await stores.cache.getBulk(['a', 'b'])).missing).toEqual(['a', 'b']);
    expect(await stores.cache.setWithGen('a', 'late', observed.get('a') as number)).toBe('stale');
    expect(stores.events.of('clear')).toEqual([{ type: 'clear', namespace: 'user' }]);
    expect(stores.cache.stats().clears).toBe(1);
  });

  it('ends the generations first, then removes entries', async () => {
    const stores = rig();
    await stores.cache.clear();
    const four = (place: string): string[] => Array.from({ length: 4 }, () => `${place}.clear`);
    const behind = ['generations.clear', ...four('entries')];
    expect(stores.log.steps()).toEqual(shape.tiered ? [...behind, ...four('near')] : behind);
    expect(stores.log.calls.slice(0, 5).map(({ keys }) => keys)).toEqual([
      ['single:user:'],
      ['single:user:'],
      ['single:user@'],
      ['bulk:user:'],
      ['bulk:user@'],
    ]);
  });

  it.each(['throw', 'reject'] as const)(
    'tries both halves, and says when the generations did not end (%s)',
    async (how) => {
      const stores = rig();
      stores.seed('42', 'v');
      const cause = new Error('one master is down');
      stores.generations.script.fail('clear', how, cause);
      await expect(stores.cache.clear()).rejects.toMatchObject({ code: 'CAS_CLEAR', namespace: 'user', cause });
      await expect(stores.cache.clear()).rejects.toBeInstanceOf(CasClearError);
      expect(stores.has('42')).toBe(false);
      expect(stores.events.of('fault')[0]).toEqual({
        type: 'fault',
        namespace: 'user',
        operation: 'clear',
        key: undefined,
        cause,
      });
      expect(stores.events.of('clear')).toEqual([]);
    },
  );

  it('succeeds when only the entries could not be removed: nobody is served them', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.entries.script.fail('clear', 'reject');
    stores.near?.script.fail('clear', 'throw');
    await stores.cache.clear();
    expect(stores.events.faults().every((operation) => operation === 'clear')).toBe(true);
    expect(stores.events.faults()).toHaveLength(shape.tiered ? 8 : 4);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('leaves open cells open', async () => {
    const stores = rig();
    stores.generations.open(stores.at('42'));
    await stores.cache.clear();
    expect(await stores.cache.snapshotGen('42')).toBe(0);
  });
});

describe.each(WITH_BULK)('clear during a fill: $name', ({ rig }) => {
  it('makes the fill stale', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    await stores.cache.clear();
    expect(await stores.cache.setBulkWithGens(Object.entries({ a: 1, b: 2 }), observed)).toMatchObject({
      outcome: 'stale',
      bulk: false,
    });
    expect(stores.entries.held.size).toBe(0);
  });
});
