import { describe, expect, it } from '@jest/globals';

import type { LiveEntry } from '../../../../../lib/contracts/provider.js';
import type { Stamp } from '../../../../../lib/contracts/stamp.js';
import type { ManyKeyAccess } from '../../../../../lib/core/access/many-key-access.js';
import { composeCache } from '../../../../../lib/core/compose-cache.js';
import { resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { decodeEntry } from '../../../../../lib/wire/entry-frame.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES, WITH_BULK } from '../../../../support/core/topologies.js';

/** The stamps of what every tier holds of the key, and `undefined` for a plain entry. */
function stampsOf(stores: Rig, key: string): (Stamp | undefined)[] {
  const tiers = [stores.entries, stores.near].filter((tier) => tier !== undefined);
  return tiers.map((tier) => {
    const entry = tier.held.get(stores.at(key))?.entry;
    return entry instanceof Uint8Array ? decodeEntry(entry).stamp : (entry as LiveEntry).stamp;
  });
}

/** The batch path of another cache over the same stores, as the cache has it inside. */
function batchOver({ entries, generations, codec, timers }: Rig): ManyKeyAccess<unknown> {
  const parts = { provider: entries, generations, codec, hooks: [], timers };
  const circumstances = { active: () => true, written: () => undefined };
  return composeCache(resolveNamespaceOptions({ namespace: 'user' }), parts, circumstances).manyKeys;
}

async function fill(stores: Rig, key: string, value: unknown): Promise<void> {
  expect(await stores.cache.setWithGen(key, value, await stores.cache.snapshotGen(key))).toBe('stored');
}

describe.each(TOPOLOGIES)('entries with a soft ttl: $name', ({ rig }) => {
  it('are stamped in every tier with when they were stored, by the time of day', async () => {
    const stores = rig({ fresh: '1m' });
    stores.timers.advance(5_000);
    const stamp = { storedAt: stores.timers.wall(), freshMs: 60_000 };
    await fill(stores, '42', 'Ada');
    for (const found of stampsOf(stores, '42')) expect(found).toEqual(stamp);
  });

  it('are stamped when they are stored together, too', async () => {
    const stores = rig({ fresh: '1m' });
    const stamp = { storedAt: stores.timers.wall(), freshMs: 60_000 };
    await stores.cache.setBulkWithGens([['a', 1]], await stores.cache.snapshotGens(['a']));
    for (const found of stampsOf(stores, 'a')) expect(found).toEqual(stamp);
  });

  it('stay plain where there is no soft ttl', async () => {
    const stores = rig();
    await fill(stores, '42', 'Ada');
    for (const found of stampsOf(stores, '42')) expect(found).toBeUndefined();
    for (const tier of [stores.entries, stores.near]) {
      const entry = tier?.held.get(stores.at('42'))?.entry;
      if (entry !== undefined && !(entry instanceof Uint8Array))
        expect(Object.keys(entry as object)).toEqual(['gen', 'payload']);
    }
  });

  it('are hits past it, whichever way they are read', async () => {
    const stores = rig({ fresh: '1m', earlyRefresh: 0.5 });
    await fill(stores, '42', 'Ada');
    for (const ms of [45_000, 60_000]) {
      stores.timers.advance(ms);
      expect(await stores.cache.get('42')).toBe('Ada');
      expect(stores.cache.getSync('42')).toBe(stores.shape.generations === 'process' ? 'Ada' : undefined);
      expect(await stores.cache.getBulk(['42'])).toEqual({ values: new Map([['42', 'Ada']]), missing: [] });
    }
    expect(stores.events.of('heal')).toEqual([]);
  });

  it('are misses once they were invalidated, however fresh', async () => {
    const stores = rig({ fresh: '1m' });
    await fill(stores, '42', 'Ada');
    const held = [stores.entries, stores.near].map((tier) => tier?.held.get(stores.at('42')));
    await stores.cache.invalidate('42');
    [stores.entries, stores.near].forEach((tier, i) => {
      const back = held[i];
      if (back !== undefined) tier?.held.set(stores.at('42'), back as never);
    });
    expect(await stores.cache.get('42')).toBeUndefined();
  });
});

describe.each(WITH_BULK)('bulk frames: $name', ({ rig }) => {
  it('are neither written nor asked for in a namespace with a soft ttl, since a member has no stamp', async () => {
    const stores = rig({ fresh: '1m' });
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    const written = await stores.cache.setBulkWithGens(
      [
        ['a', 1],
        ['b', 2],
      ],
      observed,
    );
    expect(written).toMatchObject({ outcome: 'stored', bulk: false });
    expect(stores.entries.held.has(stores.bulkAt('a', 'b'))).toBe(false);
    stores.log.forget();
    await stores.cache.getBulk(['a', 'b']);
    expect(stores.log.steps().filter((step) => step === 'entries.get' || step === 'atomic.readBulk')).toEqual([]);
  });

  it('are not written where one value of the batch has a soft ttl of its own', async () => {
    const stores = rig();
    const batch = batchOver(stores);
    const observed = await stores.cache.snapshotGens(['a', 'b']);
    const stamp = { storedAt: stores.timers.wall(), freshMs: 60_000 };
    const items = [
      { key: 'a', value: 1, observed: observed.get('a') ?? 0 },
      { key: 'b', value: 2, observed: observed.get('b') ?? 0, stamp },
    ];
    expect(await batch.fill(items, 5_000, 9_000)).toMatchObject({ outcome: 'stored', bulk: false });
    expect(stampsOf(stores, 'a')).toEqual([undefined]);
    expect(stampsOf(stores, 'b')).toEqual([stamp]);
    expect(stores.entries.held.get(stores.at('b'))?.ttlMs).toBe(5_000);
    expect(stores.entries.held.has(stores.bulkAt('a', 'b'))).toBe(false);
    // With none, the same two are.
    expect(await batch.fill(items.slice(0, 1), 5_000, 9_000)).toMatchObject({ bulk: true });
  });
});
