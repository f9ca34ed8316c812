import { describe, expect, it } from '@jest/globals';

import { TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('fill and generation: $name', ({ rig }) => {
  it("a fill extends its generation's TTL", async () => {
    const stores = rig({ ttl: '5m' });
    await stores.cache.setWithGen('a', 'v', await stores.cache.snapshotGen('a'));
    await stores.cache.setWithGen('b', 'v', await stores.cache.snapshotGen('b'), '2h');
    expect(stores.generations.lives.get(stores.at('a'))).toBe(300_000);
    expect(stores.generations.lives.get(stores.at('b'))).toBe(7_200_000);
  });

  it('but never one that it did not match', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGen('42');
    stores.generations.issue(stores.at('42'));
    expect(await stores.cache.setWithGen('42', 'v', observed)).toBe('stale');
    expect(stores.generations.lives.size).toBe(0);
    expect(stores.entries.held.size).toBe(0);
  });

  it('a generation that vanished is a mismatch', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGen('42');
    stores.generations.lose(stores.at('42'));
    expect(await stores.cache.setWithGen('42', 'v', observed)).toBe('stale');
    expect(stores.generations.cells.has(stores.at('42'))).toBe(false);
    expect(stores.entries.held.size).toBe(0);
  });

  it('a key that is open takes no fill, and gives nothing to fill under', async () => {
    const stores = rig();
    const observed = await stores.cache.snapshotGen('42');
    stores.generations.open(stores.at('42'));
    expect(await stores.cache.snapshotGen('42')).toBe(0);
    expect(await stores.cache.setWithGen('42', 'v', observed)).toBe('stale');
    expect(stores.entries.held.size).toBe(0);
  });
});
