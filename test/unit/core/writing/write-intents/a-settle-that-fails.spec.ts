import { describe, expect, it } from '@jest/globals';

import { CasCommitUnknownError, CasInvalidateError } from '../../../../../lib/write-errors.js';
import { pass } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const broken = new Error('settle is broken');

async function failToSettle(stores: Rig, write: () => unknown = () => 'done'): Promise<unknown> {
  const written = stores.cache.withWriteIntent(['a', 'b'], () => {
    stores.generations.intents.script.failKey('settle', stores.at('b'), broken);
    return write();
  });
  return written.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each(TOPOLOGIES)('a settle that fails: $name', ({ rig }) => {
  it("is a failed invalidation, with the write's result; the key is bypassed here", async () => {
    const stores = rig();
    const error = await failToSettle(stores);
    expect(error).toBeInstanceOf(CasInvalidateError);
    expect(error).toMatchObject({ result: 'done', failures: new Map([['b', broken]]) });
    expect(await stores.cache.get('b')).toBeUndefined();
    expect(stores.events.reasons()).toEqual(['invalidation-pending']);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(1);
  });

  it('is retried until it lands, which opens the key to readers again before its lease runs out', async () => {
    const stores = rig();
    await failToSettle(stores);
    await pass(stores.timers, 2_000);
    expect([...stores.generations.intents.writers.keys()]).toEqual([stores.at('b')]);
    stores.mend();
    await pass(stores.timers, 1_000);
    expect(stores.generations.intents.writers.size).toBe(0);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(0);
    expect(await stores.cache.getOrLoad('b', () => 'new')).toBe('new');
    expect(await stores.cache.get('b')).toBe('new');
  });

  it('a later invalidation of the key settles it too', async () => {
    const stores = rig();
    await failToSettle(stores);
    stores.mend();
    await stores.cache.invalidate(['b', 'c']);
    expect(stores.generations.intents.writers.size).toBe(0);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(0);
    // Once: the next one is an invalidation as any other.
    stores.log.forget();
    await stores.cache.invalidate('b');
    expect(stores.log.of('intents.settle')).toEqual([]);
  });

  it('after a write that threw: its error is thrown, and the settle is retried', async () => {
    const stores = rig();
    const failed = new Error('the write failed');
    const error = await failToSettle(stores, () => {
      throw failed;
    });
    expect(error).toBe(failed);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(1);
    stores.mend();
    await pass(stores.timers, 1_000);
    expect(stores.generations.intents.writers.size).toBe(0);
  });
});

describe.each(TOPOLOGIES)('a commit whose outcome is unknown: $name', ({ rig }) => {
  const unknown = new Error('the transaction failed', { cause: new CasCommitUnknownError('no answer') });

  it('its keys are not settled: the lease runs out, and then they are invalidated', async () => {
    const stores = rig({ intentLease: 3_000 });
    const write = stores.cache.withWriteIntent('42', () => Promise.reject(unknown));
    await expect(write).rejects.toBe(unknown);
    expect(stores.log.of('intents.settle')).toEqual([]);
    expect(stores.generations.intents.writers.has(stores.at('42'))).toBe(true);
    const before = stores.cache.stats().invalidations;
    await pass(stores.timers, 2_950);
    expect(stores.log.of('intents.renew')).toEqual([]);
    expect(stores.cache.stats().invalidations).toBe(before);
    stores.generations.intents.expire(stores.at('42'), 'w1');
    stores.seed('42', 'filled before the late commit');
    await pass(stores.timers, 100);
    expect(stores.cache.stats().invalidations).toBe(before + 1);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('when the cache closes before that, they are invalidated then', async () => {
    const stores = rig();
    const write = stores.cache.withWriteIntent('42', () => Promise.reject(unknown));
    await expect(write).rejects.toBe(unknown);
    const before = stores.cache.stats().invalidations;
    await stores.cache.close();
    expect(stores.cache.stats().invalidations).toBe(before + 1);
  });

  it('a caller who catches it inside does not make it known', async () => {
    const stores = rig();
    await stores.cache.withWriteIntent('42', async () => {
      await stores.cache.withWriteIntent('42', () => Promise.reject(unknown)).catch(() => undefined);
    });
    expect(stores.log.of('intents.settle')).toEqual([]);
  });
});

describe.each(TOPOLOGIES)('a store that may have lost open intents: $name', ({ rig }) => {
  it('in a namespace with intents nothing is filled, though everything current is served', async () => {
    const stores = rig({ intents: true });
    stores.seed('42', 'current');
    const observed = stores.generations.issue(stores.at('43'));
    for (const key of ['42', '43']) stores.generations.intents.unsure.add(stores.at(key));
    expect(await stores.cache.get('42')).toBe('current');
    expect(await stores.cache.snapshotGen('43')).toBe(0);
    expect((await stores.cache.snapshotGens(['43'])).get('43')).toBe(0);
    expect(await stores.cache.setWithGen('43', 'old', observed)).toBe('unavailable');
    expect((await stores.cache.setBulkWithGens([['43', 'old']], new Map([['43', observed]]))).outcome).toBe(
      'unavailable',
    );
    expect(await stores.cache.getOrLoad('43', () => 'old')).toBe('old');
    expect(stores.has('43')).toBe(false);
    stores.generations.intents.unsure.clear();
    await stores.cache.getOrLoad('43', () => 'new');
    expect(await stores.cache.get('43')).toBe('new');
  });

  it('elsewhere fills go on, until the first intent of this process', async () => {
    const stores = rig();
    stores.generations.intents.unsure.add(stores.at('42'));
    expect(await stores.cache.snapshotGen('42')).toBeGreaterThan(0);
    await stores.cache.withWriteIntent('41', () => undefined);
    expect(await stores.cache.snapshotGen('42')).toBe(0);
  });
});
