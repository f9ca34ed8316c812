import { describe, expect, it } from '@jest/globals';

import { CasCloseError, CasInvalidateError } from '../../../../../lib/write-errors.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

/** Nothing can be bumped or deleted; everything else works. */
function failInvalidations(stores: Rig): void {
  for (const op of ['bump', 'bumpMany', 'clear']) stores.generations.script.fail(op, 'reject');
  for (const op of ['invalidate', 'invalidateMany']) stores.atomic?.script.fail(op, 'reject');
  for (const part of [stores.entries, stores.near]) {
    for (const op of ['delete', 'deleteMany']) part?.script.fail(op, 'reject');
  }
}

async function fail(stores: Rig, ...keys: string[]): Promise<void> {
  failInvalidations(stores);
  await expect(stores.cache.invalidate(keys)).rejects.toBeInstanceOf(CasInvalidateError);
}

/** Lets the next attempt in the background begin and end. */
async function attempt(stores: Rig): Promise<void> {
  for (let passed = 0; passed < 1_000; passed += 50) {
    stores.timers.advance(50);
    await settled();
  }
}

describe.each(TOPOLOGIES)('an invalidation that failed: $name', ({ rig }) => {
  it('the process treats the key as a miss, by every read, and fills nothing under it', async () => {
    const stores = rig();
    const observed = stores.seed('42', 'old');
    stores.seed('43', 'other');
    await fail(stores, '42');
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.cache.getSync('42')).toBeUndefined();
    const { values, missing } = await stores.cache.getBulk(['42', '43']);
    expect([[...values], missing]).toEqual([[['43', 'other']], ['42']]);
    expect(await stores.cache.snapshotGen('42')).toBe(0);
    expect((await stores.cache.snapshotGens(['42', '43'])).get('42')).toBe(0);
    expect(await stores.cache.setWithGen('42', 'older', observed)).toBe('unavailable');
    const bulk = await stores.cache.setBulkWithGens([['42', 'older']], new Map([['42', observed]]));
    expect(bulk.outcome).toBe('unavailable');
    expect(await stores.cache.getOrLoad('42', () => 'new')).toBe('new');
    expect(stores.events.reasons()).toContain('invalidation-pending');
    expect(await stores.cache.get('43')).toBe('other');
  });

  it('is retried in the background until it lands; then the key is served again', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await fail(stores, '42');
    for (let i = 0; i < 5; i++) await attempt(stores);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(1);
    stores.mend();
    await attempt(stores);
    expect(stores.cache.stats().pendingInvalidations).toEqual({ keys: 0, tags: 0, oldestMs: 0, wholeNamespace: false });
    expect(await stores.cache.getOrLoad('42', () => 'new')).toBe('new');
    expect(await stores.cache.get('42')).toBe('new');
  });

  it('lands by a later call too', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await fail(stores, '42');
    stores.mend();
    await stores.cache.invalidate('42');
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(0);
  });

  it('lands by clearing the namespace', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await fail(stores, '42');
    stores.mend();
    await stores.cache.clear();
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(0);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('an attempt that began before a later failure does not vouch for it', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await fail(stores, '42');
    stores.mend();
    for (const part of [stores.generations, stores.atomic]) part?.script.fail('*', 'hang');
    await attempt(stores);
    failInvalidations(stores);
    await expect(stores.cache.invalidate('42')).rejects.toBeInstanceOf(CasInvalidateError);
    stores.release();
    await settled();
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(1);
  });

  it('the number pending and the oldest age are in stats and in an event', async () => {
    const stores = rig();
    await fail(stores, 'a');
    stores.timers.advance(40);
    await fail(stores, 'b', 'a');
    expect(stores.cache.stats().pendingInvalidations).toEqual({
      keys: 2,
      tags: 0,
      oldestMs: 40,
      wholeNamespace: false,
    });
    expect(stores.events.of('pending-invalidations').map(({ keys, oldestMs }) => [keys, oldestMs])).toEqual([
      [1, 0],
      [2, 40],
    ]);
    stores.mend();
    await attempt(stores);
    expect(stores.events.of('pending-invalidations').at(-1)).toMatchObject({ keys: 0, oldestMs: 0 });
  });

  it('too many to remember: the whole namespace is a miss until it was cleared', async () => {
    const stores = rig();
    stores.seed('untouched', 'v');
    const keys = Array.from({ length: 10_001 }, (_, i) => `k${i}`);
    await fail(stores, ...keys);
    expect(stores.cache.stats().pendingInvalidations.wholeNamespace).toBe(true);
    expect(await stores.cache.get('untouched')).toBeUndefined();
    stores.mend();
    await attempt(stores);
    expect(stores.cache.stats().pendingInvalidations).toEqual({ keys: 0, tags: 0, oldestMs: 0, wholeNamespace: false });
    expect(await stores.cache.getOrLoad('k7', () => 'new')).toBe('new');
    expect(await stores.cache.get('k7')).toBe('new');
  });

  it('close gives it a last chance', async () => {
    const stores = rig();
    const before = stores.seed('42', 'old');
    await fail(stores, '42');
    stores.mend();
    await stores.cache.close();
    expect(stores.generations.cells.get(stores.at('42'))).toBeGreaterThan(before);
  });

  it('close reports what is left, within the deadline', async () => {
    const stores = rig();
    await fail(stores, '42', '43');
    stores.hang();
    for (const part of [stores.generations, stores.atomic]) part?.script.fail('*', 'hang');
    const closed = stores.cache.close().catch((cause: unknown) => cause);
    await settled();
    stores.timers.advance(250);
    const failed = (await closed) as CasCloseError;
    expect(failed).toBeInstanceOf(CasCloseError);
    expect(failed.errors).toMatchObject([{ code: 'CAS_UNLANDED', keys: 2 }]);
    expect(stores.events.of('fault').at(-1)).toMatchObject({ operation: 'close' });
  });

  it('keeps no process alive', async () => {
    const stores = rig();
    await fail(stores, '42');
    await attempt(stores);
    expect(stores.timers.holding).toBe(0);
  });
});
