import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../lib/core/writing/cas-transaction.js';
import { CasTimeoutError, CasUnavailableError } from '../../../../lib/errors.js';
import { CasCommitUnknownError } from '../../../../lib/write-errors.js';
import { Deferred } from '../../../support/core/deferred.js';
import { pass, settled } from '../../../support/core/manual-timers.js';
import type { Rig } from '../../../support/core/rig.js';
import { MEMORY, NEAR, TOPOLOGIES } from '../../../support/core/topologies.js';

const DOWN = new CasUnavailableError('The server is down.');

/** The tags of each invalidation that was asked of the store. */
function invalidations({ log }: Rig): readonly (readonly string[])[] {
  return log.of('tags.invalidate').map(({ keys }) => keys);
}

/** Tags whose invalidation has failed. */
async function owing(stores: Rig, ...tags: readonly string[]): Promise<void> {
  stores.generations.tags.script.fail('invalidate', 'reject', DOWN);
  await expect(stores.cache.invalidateTags(tags)).rejects.toMatchObject({ code: 'CAS_INVALIDATE' });
  stores.log.forget();
}

describe.each(TOPOLOGIES)('tags whose invalidation failed: $name', ({ rig }) => {
  it('are one fault, whose cause is that of each', async () => {
    const stores = rig({ tags: true });
    await owing(stores, 'a', 'b');
    expect(stores.events.faults()).toEqual(['invalidate']);
    expect(stores.events.of('fault')[0]).toMatchObject({ key: undefined, cause: DOWN });
  });

  it('are not owed any more once another call has invalidated them', async () => {
    const stores = rig({ tags: true });
    await owing(stores, 'a', 'b');
    stores.mend();
    await stores.cache.invalidateTags('a');
    expect(stores.cache.stats().pendingInvalidations.tags).toBe(1);
    await stores.cache.invalidateTags('b');
    expect(stores.cache.stats().pendingInvalidations.tags).toBe(0);
  });

  it('are retried at once when the stores have recovered', async () => {
    const stores = rig({ tags: true });
    await owing(stores, 'a', 'b');
    stores.mend();
    stores.components.invalidator.hurry();
    await settled();
    expect(invalidations(stores)).toEqual([['a', 'b']]);
    expect(stores.cache.stats().pendingInvalidations.tags).toBe(0);
  });

  it('get a last chance when the cache closes', async () => {
    const stores = rig({ tags: true });
    await owing(stores, 'a');
    stores.mend();
    await stores.cache.close();
    expect(invalidations(stores)).toEqual([['a']]);
  });

  it('are reported when they have not landed by then', async () => {
    const stores = rig({ tags: true });
    await owing(stores, 'a', 'b');
    stores.loseGenerationStore('reject');
    await expect(stores.cache.invalidate('42')).rejects.toMatchObject({ code: 'CAS_INVALIDATE' });
    await expect(stores.cache.close()).rejects.toMatchObject({
      errors: [expect.objectContaining({ code: 'CAS_UNLANDED', keys: 3 })],
    });
  });

  it('let nothing be stored that has one of them', async () => {
    const stores = rig({ tags: true });
    const { cache } = stores;
    await owing(stores, 'a');
    expect(await cache.getOrLoad('42', () => 'loaded', { tags: 'a' })).toBe('loaded');
    expect(cache.stats().fills).toMatchObject({ stored: 0, stale: 1 });
    expect(stores.has('42')).toBe(false);
  });

  it('keep back every entry that has one of them, whichever it is', async () => {
    const stores = rig({ tags: true });
    const { cache } = stores;
    await cache.getOrLoad('42', () => 'old', { tags: ['other', 'a'] });
    await owing(stores, 'b', 'a');
    expect(await cache.get('42')).toBeUndefined();
    expect(cache.stats().misses['invalidation-pending']).toBe(1);
  });
});

describe('more tags than are remembered whose invalidation failed', () => {
  it('hold back the whole namespace, until it was cleared', async () => {
    const stores = NEAR.rig({ tags: true });
    const { cache } = stores;
    await cache.getOrLoad('42', () => 'v');
    await owing(stores, ...Array.from({ length: 10_001 }, (_, n) => `tag ${n}`));
    expect(cache.stats().pendingInvalidations.wholeNamespace).toBe(true);
    expect(await cache.getOrLoad('43', () => 'loaded', { tags: 'a' })).toBe('loaded');
    expect(await cache.get('43')).toBeUndefined();
    stores.mend();
    await pass(stores.timers, 1_000);
    expect(stores.log.of('tags.clear')).toHaveLength(1);
    expect(cache.stats().pendingInvalidations).toMatchObject({ tags: 0, wholeNamespace: false });
  });
});

describe.each(TOPOLOGIES.filter(({ name }) => name !== MEMORY.name))('an invalidation of tags: $name', ({ rig }) => {
  it('that is not answered within the timeout has failed', async () => {
    const stores = rig({ tags: true });
    stores.generations.tags.script.fail('invalidate', 'hang');
    const failing = stores.cache.invalidateTags('a');
    const failed = failing.catch((error: unknown) => error);
    await settled();
    stores.timers.advance(300);
    expect(await failed).toMatchObject({ failedTags: new Map([['a', expect.any(CasTimeoutError)]]) });
    expect(stores.cache.stats().pendingInvalidations.tags).toBe(1);
  });
});

describe.each(TOPOLOGIES)('tags of a transaction: $name', ({ rig }) => {
  const unknown = async (stores: Rig): Promise<void> => {
    const failing = runInCasTransaction(async () => {
      await stores.cache.invalidateTags(['a', 'b']);
      throw new CasCommitUnknownError('The answer was lost.');
    });
    await expect(failing).rejects.toBeInstanceOf(CasCommitUnknownError);
    expect(invalidations(stores)).toEqual([['a', 'b']]);
  };

  it('whose commit may still take effect are invalidated again, after the lease', async () => {
    const stores = rig({ tags: true, intentLease: '5s' });
    await unknown(stores);
    await pass(stores.timers, 4_900, 100);
    expect(invalidations(stores)).toHaveLength(1);
    await pass(stores.timers, 200, 100);
    expect(invalidations(stores)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('are so when the cache closes, if that is earlier', async () => {
    const stores = rig({ tags: true, intentLease: '5s' });
    await unknown(stores);
    await stores.cache.close();
    expect(invalidations(stores)).toHaveLength(2);
  });

  it('are waited for by a cache that closes', async () => {
    const stores = rig({ tags: true });
    const commit = new Deferred();
    const ended = runInCasTransaction(async () => {
      await stores.cache.invalidateTags(['a', 'b']);
      await commit.promise;
    });
    await settled();
    const closing = stores.cache.close();
    await settled();
    expect(invalidations(stores)).toEqual([]);
    commit.resolve();
    await Promise.all([closing, ended]);
    expect(invalidations(stores)).toEqual([['a', 'b']]);
  });

  it('are counted by one that cannot wait', async () => {
    const stores = rig({ tags: true });
    const commit = new Deferred();
    const ended = runInCasTransaction(async () => {
      await stores.cache.invalidateTags(['a', 'b']);
      await commit.promise;
    }).catch((error: unknown) => error);
    await settled();
    const closing = stores.cache.close().catch((error: unknown) => error);
    await pass(stores.timers, 6_000, 500);
    expect(await closing).toMatchObject({ errors: [expect.objectContaining({ code: 'CAS_UNLANDED', running: 2 })] });
    commit.resolve();
    expect(await ended).toMatchObject({ code: 'CAS_INVALIDATE' });
  });
});
