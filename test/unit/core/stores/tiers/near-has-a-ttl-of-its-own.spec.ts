import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TIERED, TIERED_ATOMIC } from '../../../../support/core/topologies.js';

const nearTtl = ({ near }: Rig, storageKey: string): number | undefined => near?.held.get(storageKey)?.ttlMs;
const behindTtl = ({ entries }: Rig, storageKey: string): number | undefined => entries.held.get(storageKey)?.ttlMs;

/** Stored behind alone, with so much of its ttl left, and read. */
async function warm(stores: Rig, remainingMs: number): Promise<void> {
  stores.entries.remainingTtl = () => remainingMs;
  stores.seed('42', 'Ada');
  stores.near?.held.clear();
  expect(await stores.cache.get('42')).toBe('Ada');
  await settled();
}

describe.each([TIERED, TIERED_ATOMIC])('each tier has its own ttl: $name', ({ rig }) => {
  it('what is stored stays near for nearTtl, and behind for ttl', async () => {
    const stores = rig({ ttl: '10m', nearTtl: '30s' });
    const observed = await stores.cache.snapshotGens(['one', 'many']);
    await stores.cache.setWithGen('one', 1, observed.get('one') ?? 0);
    await stores.cache.setBulkWithGens([['many', 2]], observed);
    for (const key of ['one', 'many']) {
      expect(nearTtl(stores, stores.at(key))).toBe(30_000);
      expect(behindTtl(stores, stores.at(key))).toBe(600_000);
    }
  });

  it('a ttl of the call that is shorter than nearTtl counts in both', async () => {
    const stores = rig({ ttl: '10m', nearTtl: '30s' });
    await stores.cache.setWithGen('42', 1, await stores.cache.snapshotGen('42'), '5s');
    expect(nearTtl(stores, stores.at('42'))).toBe(5_000);
    expect(behindTtl(stores, stores.at('42'))).toBe(5_000);
  });

  it('what is warmed stays for as long as it has left behind, and for nearTtl at most', async () => {
    const stores = rig({ ttl: '10m', nearTtl: '30s' });
    await warm(stores, 20_000);
    expect(nearTtl(stores, stores.at('42'))).toBe(20_000);
    await warm(stores, 40_000);
    expect(nearTtl(stores, stores.at('42'))).toBe(30_000);
  });

  it('without nearTtl near keeps entries for as long as the tier behind does', async () => {
    const stores = rig({ ttl: '10m' });
    await stores.cache.setWithGen('42', 1, await stores.cache.snapshotGen('42'));
    expect(nearTtl(stores, stores.at('42'))).toBe(600_000);
    await warm(stores, 40_000);
    expect(nearTtl(stores, stores.at('42'))).toBe(40_000);
    await warm(stores, Infinity);
    expect(nearTtl(stores, stores.at('42'))).toBe(600_000);
  });
});
