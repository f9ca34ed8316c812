import { describe, expect, it } from '@jest/globals';

import { TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('snapshots: $name', ({ rig }) => {
  it('empty → empty, without a call', async () => {
    const stores = rig();
    expect(await stores.cache.snapshotGens([])).toEqual(new Map());
    expect(stores.log.steps()).toEqual([]);
  });

  it('duplicates asked once', async () => {
    const stores = rig();
    const taken = await stores.cache.snapshotGens(['b', 'a', 'b', 'b']);
    expect([...taken.keys()]).toEqual(['b', 'a']);
    expect(stores.log.calls).toEqual([
      { part: 'generations', op: 'snapshotMany', keys: [stores.at('b'), stores.at('a')] },
    ]);
  });

  it('the input is not changed', async () => {
    const stores = rig();
    const keys = Object.freeze(['b', 'a', 'b']);
    await stores.cache.snapshotGens(keys);
    await stores.cache.getBulk(keys);
    await stores.cache.invalidate(keys);
    expect(keys).toEqual(['b', 'a', 'b']);
  });

  it('any one failing makes only that one 0', async () => {
    const stores = rig();
    const cause = new Error('slot is down');
    stores.generations.script.failKey('snapshotMany', stores.at('b'), cause);
    const taken = await stores.cache.snapshotGens(['a', 'b', 'c']);
    expect(taken.get('b')).toBe(0);
    expect([taken.get('a'), taken.get('c')].every((generation) => generation !== undefined && generation > 0)).toBe(
      true,
    );
    expect(stores.events.all).toEqual([{ type: 'fault', namespace: 'user', operation: 'snapshot', key: 'b', cause }]);
  });

  it('creates the generation when it is absent, and keeps it when it is there', async () => {
    const stores = rig();
    const first = await stores.cache.snapshotGen('42');
    expect(first).toBeGreaterThan(0);
    expect(stores.generations.cells.get(stores.at('42'))).toBe(first);
    expect(await stores.cache.snapshotGen('42')).toBe(first);
    expect(await stores.cache.snapshotGens(['42'])).toEqual(new Map([['42', first]]));
  });

  it('an open key has nothing to fill under', async () => {
    const stores = rig();
    stores.generations.open(stores.at('42'));
    expect(await stores.cache.snapshotGen('42')).toBe(0);
    expect(await stores.cache.snapshotGens(['42'])).toEqual(new Map([['42', 0]]));
    expect(stores.events.all).toEqual([]);
  });
});
