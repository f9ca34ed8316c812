import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { CasInvalidateError } from '../../../../lib/write-errors.js';
import { Deferred } from '../../../support/core/deferred.js';
import { pass, settled } from '../../../support/core/manual-timers.js';
import type { Rig } from '../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../support/core/topologies.js';

/** A transaction that has invalidated, and is about to commit. */
async function begin(stores: Rig, keys: string[] = ['42']) {
  const commit = new Deferred<string>();
  const ended = runInCasTransaction(async () => {
    await stores.cache.invalidate(keys);
    return commit.promise;
  });
  await settled();
  return { commit, ended };
}

/** Whether it has ended, without waiting for it. */
async function isOver(work: Promise<unknown>): Promise<boolean> {
  let over = false;
  const end = (): void => void (over = true);
  work.then(end, end);
  await settled();
  return over;
}

describe.each(TOPOLOGIES)('a cache that closes under a transaction: $name', ({ rig }) => {
  it('waits for its end: what it has collected lands before close resolves', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const other = stores.another();
    const { commit, ended } = await begin(stores);
    const closed = stores.cache.close();
    expect(await isOver(closed)).toBe(false);
    expect(await other.get('42')).toBe('old');
    commit.resolve('committed');
    await closed;
    expect(await other.get('42')).toBeUndefined();
    expect(await ended).toBe('committed');
  });

  it('what a part has handed over is not waited for once it was carried out', async () => {
    const stores = rig();
    await runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      await runInCasTransaction(() => stores.cache.invalidate('43'));
    });
    expect(await isOver(stores.cache.close())).toBe(true);
  });

  it('its reads and fills have ended meanwhile', async () => {
    const stores = rig();
    const observed = stores.seed('43', 'v');
    const { commit } = await begin(stores);
    const closed = stores.cache.close();
    expect(await stores.cache.get('43')).toBeUndefined();
    expect(await stores.cache.setWithGen('43', 'v', observed)).toBe('disabled');
    commit.resolve('');
    await closed;
  });

  it('what is written meanwhile, inside and outside, is carried out', async () => {
    const stores = rig();
    stores.seed('43', 'old');
    stores.seed('44', 'old');
    const other = stores.another();
    const { commit } = await begin(stores);
    const closed = stores.cache.close();
    await stores.cache.invalidate('43');
    await stores.cache.withWriteIntent('44', () => undefined);
    expect(await other.getBulk(['43', '44'])).toMatchObject({ missing: ['43', '44'] });
    commit.resolve('');
    await closed;
    await expect(stores.cache.invalidate('43')).rejects.toMatchObject({ cause: { code: 'CAS_CLOSED' } });
  });

  it('a write under an intent is settled', async () => {
    const stores = rig();
    const commit = new Deferred<string>();
    const ended = stores.cache.withWriteIntent('42', () => commit.promise);
    await settled();
    const closed = stores.cache.close();
    expect(await isOver(closed)).toBe(false);
    commit.resolve('committed');
    await closed;
    expect(stores.generations.intents.writers.size).toBe(0);
    expect(await ended).toBe('committed');
  });

  it('a part that outlives its scope is waited for, too', async () => {
    const stores = rig();
    const commit = new Deferred<string>();
    let part: Promise<unknown> = Promise.resolve();
    await runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      part = runInCasTransaction(() => commit.promise);
    });
    const before = stores.cache.stats().invalidations;
    const closed = stores.cache.close();
    expect(await isOver(closed)).toBe(false);
    commit.resolve('');
    await Promise.all([part, closed]);
    expect(stores.cache.stats().invalidations).toBe(before + 1);
  });

  it('waits no longer than five seconds, and reports the rest, which is told at its own end', async () => {
    const stores = rig();
    const { commit, ended } = await begin(stores, ['42', '43']);
    const closed = stores.cache.close();
    closed.catch(() => undefined);
    await pass(stores.timers, 4_950);
    expect(await isOver(closed)).toBe(false);
    await pass(stores.timers, 100);
    await expect(closed).rejects.toMatchObject({
      code: 'CAS_CLOSE',
      errors: [{ code: 'CAS_UNLANDED', keys: 0, running: 2 }],
    });
    commit.resolve('committed');
    await expect(ended).rejects.toMatchObject({ name: CasInvalidateError.name, result: 'committed' });
  });

  it('nor than a lease', async () => {
    const stores = rig({ intentLease: 1_000 });
    await begin(stores);
    const closed = stores.cache.close();
    closed.catch(() => undefined);
    await pass(stores.timers, 1_050);
    expect(await isOver(closed)).toBe(true);
  });

  it('a transaction that has written nothing of this cache is not waited for', async () => {
    const stores = rig();
    const commit = new Deferred<string>();
    const ended = runInCasTransaction(async () => {
      await stores.cache.get('42');
      return commit.promise;
    });
    await stores.cache.close();
    commit.resolve('');
    await ended;
  });

  it('what it has collected, and could not carry out, is reported once', async () => {
    const stores = rig();
    const { commit, ended } = await begin(stores);
    const closed = stores.cache.close();
    stores.loseGenerationStore('reject');
    commit.resolve('');
    await expect(ended).rejects.toBeInstanceOf(CasInvalidateError);
    await expect(closed).rejects.toMatchObject({ errors: [{ code: 'CAS_UNLANDED', keys: 1, running: 0 }] });
  });
});
