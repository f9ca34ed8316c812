import { describe, expect, it } from '@jest/globals';

import { TIERED, TIERED_ATOMIC, TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('the generation store is down: $name', ({ rig }) => {
  it.each(['throw', 'reject'] as const)(
    "fill with the generation store down writes nothing, outcome 'unavailable' (%s)",
    async (how) => {
      const down = rig();
      const observed = await down.cache.snapshotGen('42');
      down.loseGenerationStore(how);
      expect(await down.cache.setWithGen('42', 'late', observed)).toBe('unavailable');
      expect(down.has('42')).toBe(false);
      expect(down.events.all).toMatchObject([
        { type: 'fault', namespace: 'user', operation: 'set', key: '42' },
        { type: 'fill', namespace: 'user', key: '42', outcome: 'unavailable' },
      ]);
    },
  );

  it.each(['throw', 'reject'] as const)('snapshot answers 0 (%s)', async (how) => {
    const { cache, events, generations } = rig();
    const cause = new Error('down');
    generations.script.fail('*', how, cause);
    expect(await cache.snapshotGen('42')).toBe(0);
    expect(await cache.snapshotGens(['a', 'b'])).toEqual(
      new Map([
        ['a', 0],
        ['b', 0],
      ]),
    );
    expect(events.all).toEqual([
      { type: 'fault', namespace: 'user', operation: 'snapshot', key: '42', cause },
      { type: 'fault', namespace: 'user', operation: 'snapshot', key: undefined, cause },
    ]);
  });

  it.each([
    ['current', 0],
    ['behind', -1],
    ['ahead', 1],
  ])(
    'get with the generation store down misses and deletes nothing, whatever generation the entry carries (%s)',
    async (_, offset) => {
      for (const how of ['throw', 'reject'] as const) {
        const down = rig();
        down.place('42', down.seed('42', 'v') + offset, 'v');
        down.loseGenerationStore(how);
        expect(await down.cache.get('42')).toBeUndefined();
        expect(await down.cache.getBulk(['42'])).toEqual({ values: new Map(), missing: ['42'] });
        expect(down.has('42')).toBe(true);
        expect(down.log.steps()).not.toContain('entries.delete');
        expect(down.events.reasons()).toEqual(['unavailable', 'unavailable']);
        expect(down.events.of('fault').length).toBeGreaterThan(0);
        expect(down.events.of('heal')).toEqual([]);
      }
    },
  );

  it('a fill under 0 writes nothing and asks nobody', async () => {
    const { cache, log, events } = rig();
    expect(await cache.setWithGen('42', 'v', 0)).toBe('unavailable');
    expect(log.steps()).toEqual([]);
    expect(events.faults()).toEqual([]);
  });
});

describe.each([TIERED, TIERED_ATOMIC])('the generation store is down: $name', ({ rig }) => {
  it('what near could not prove is not asked of the tier behind, which cannot prove it either', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    stores.generations.script.fail('*', 'reject');
    await stores.cache.get('42');
    expect(stores.log.steps()).toEqual(['near.get', 'generations.current']);
  });
});
