import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { CasInvalidateError } from '../../../../../lib/write-errors.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

/** A transaction that ends without waiting for the write it began, as `Promise.all` does when another part fails. */
async function leaveBehind(
  stores: Rig,
  write: () => Promise<string>,
  opened: boolean,
): Promise<{ left: Promise<string> }> {
  return runInCasTransaction(async () => {
    const left = stores.cache.withWriteIntent('42', write);
    left.catch(() => undefined);
    if (opened) await settled();
    return { left };
  });
}

describe.each(TOPOLOGIES)('a write that outlasts its transaction: $name', ({ rig }) => {
  it.each([
    ['while its keys were being closed', false],
    ['while it ran', true],
  ])('ended %s: its keys are invalidated after it, and open to readers', async (_, opened) => {
    const stores = rig();
    const write = new Deferred<string>();
    const { left } = await leaveBehind(stores, () => write.promise, opened);
    await settled();
    await stores.cache.getOrLoad('42', () => 'of before the write');
    write.resolve('done');
    expect(await left).toBe('done');
    expect(stores.generations.intents.writers.size).toBe(0);
    expect(await stores.cache.getOrLoad('42', () => 'new')).toBe('new');
    expect(await stores.cache.get('42')).toBe('new');
    expect(stores.timers.holding).toBe(0);
  });

  it.each([
    ['while its keys were being closed', false],
    ['while it ran', true],
  ])('ended %s: they are closed while it runs', async (_, opened) => {
    const stores = rig();
    const write = new Deferred<string>();
    const { left } = await leaveBehind(stores, () => write.promise, opened);
    await settled();
    expect(stores.log.of('intents.settle')).toEqual([]);
    expect([...stores.generations.intents.writers.keys()]).toEqual([stores.at('42')]);
    write.resolve('done');
    await left;
  });

  it('its own error is thrown, after the invalidation', async () => {
    const stores = rig();
    const write = new Deferred<string>();
    const { left } = await leaveBehind(stores, () => write.promise, true);
    const before = stores.cache.stats().invalidations;
    const failed = new Error('the write failed');
    write.reject(failed);
    await expect(left).rejects.toBe(failed);
    expect(stores.cache.stats().invalidations).toBe(before + 1);
  });

  it('an invalidation that fails is an error with its result', async () => {
    const stores = rig();
    const write = new Deferred<string>();
    const { left } = await leaveBehind(stores, () => write.promise, true);
    stores.loseGenerationStore('reject');
    write.resolve('done');
    await expect(left).rejects.toMatchObject({ name: CasInvalidateError.name, result: 'done' });
  });
});
