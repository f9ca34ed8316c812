import { describe, expect, it } from '@jest/globals';

import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TIERED, TIERED_ATOMIC, TIERED_TIMED } from '../../../../support/core/topologies.js';

const OPTIONS = { ttl: '10m', timeout: '1h' } as const;
const nearTtl = (stores: Rig, key: string): number | undefined => stores.near?.held.get(stores.at(key))?.ttlMs;

/** Current, behind alone, with so much of its life left. */
function behind(stores: Rig, key: string, remainingMs: number): void {
  stores.seed(key, key);
  stores.near?.held.clear();
  const held = stores.entries.held.get(stores.at(key));
  if (held !== undefined) stores.entries.held.set(stores.at(key), { ...held, ttlMs: remainingMs });
  stores.entries.remainingTtl = (storageKey) => stores.entries.held.get(storageKey)?.ttlMs;
}

/** What is begun takes so long to be answered. */
async function slowly<T>(stores: Rig, ms: number, begin: () => Promise<T>): Promise<T> {
  stores.failReads('hang');
  stores.failWrites('hang');
  const begun = begin();
  await settled();
  stores.timers.advance(ms);
  stores.mend();
  stores.release();
  const answer = await begun;
  await settled();
  return answer;
}

describe.each([TIERED, TIERED_ATOMIC, TIERED_TIMED])('what takes long to be read or stored: $name', ({ rig }) => {
  it('stays near for what is left when it comes, not for what was left when the server looked', async () => {
    const stores = rig(OPTIONS);
    behind(stores, 'one', 5_000);
    expect(await slowly(stores, 3_000, () => stores.cache.get('one'))).toBe('one');
    expect(nearTtl(stores, 'one')).toBe(2_000);
    behind(stores, 'a', 5_000);
    behind(stores, 'b', 9_000);
    await slowly(stores, 3_000, () => stores.cache.getBulk(['a', 'b']));
    expect([nearTtl(stores, 'a'), nearTtl(stores, 'b')]).toEqual([2_000, 6_000]);
  });

  it('is not kept when its time is over by then', async () => {
    const stores = rig(OPTIONS);
    behind(stores, 'one', 3_000);
    expect(await slowly(stores, 3_000, () => stores.cache.get('one'))).toBe('one');
    expect(stores.near?.held.size).toBe(0);
  });

  it('counts from when it was asked for again, where near was asked first', async () => {
    const stores = rig(OPTIONS);
    behind(stores, 'one', 5_000);
    stores.near?.held.set(stores.at('one'), { entry: { gen: 1, payload: 'old' }, ttlMs: 1, cost: undefined });
    expect(await slowly(stores, 3_000, () => stores.cache.get('one'))).toBe('one');
    expect(nearTtl(stores, 'one')).toBe(2_000);
  });

  it('a fill counts from before it was sent, and leaves nothing near when its time is over', async () => {
    const stores = rig(OPTIONS);
    const observed = await stores.cache.snapshotGens(['one', 'a', 'late']);
    const seen = (key: string): number => observed.get(key) ?? 0;
    await slowly(stores, 3_000, () => stores.cache.setWithGen('one', 1, seen('one'), '5s'));
    await slowly(stores, 3_000, () => stores.cache.setBulkWithGens([['a', 1]], observed, '5s'));
    await slowly(stores, 5_000, () => stores.cache.setWithGen('late', 1, seen('late'), '5s'));
    expect([nearTtl(stores, 'one'), nearTtl(stores, 'a'), nearTtl(stores, 'late')]).toEqual([2_000, 2_000, undefined]);
  });
});

describe('an entry that is replaced right after it was read', () => {
  it('leaves a copy near for its own life, not for that of the one which took its place', async () => {
    const stores = TIERED_TIMED.rig(OPTIONS);
    behind(stores, 'one', 5_000);
    behind(stores, 'many', 5_000);
    // Whoever asks afterwards is told of the entry that is there then.
    stores.entries.remainingTtl = () => 600_000;
    expect(await stores.cache.get('one')).toBe('one');
    await stores.cache.getBulk(['many']);
    await settled();
    expect([nearTtl(stores, 'one'), nearTtl(stores, 'many')]).toEqual([5_000, 5_000]);
  });
});
