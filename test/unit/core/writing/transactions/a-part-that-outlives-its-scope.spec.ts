import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { inOwnScope } from '../../../../../lib/core/writing/transaction-scope.js';
import { CasCommitUnknownError, CasInvalidateError } from '../../../../../lib/write-errors.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { pass, settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

/** A scope around a part, and the part, which goes on after the scope has failed. */
interface LeftBehind {
  readonly part: Promise<unknown>;
  readonly commit: Deferred<string>;
}

type Around = (work: () => Promise<unknown>) => Promise<unknown>;

/** `Promise.all` of a part and of something that fails, as an application writes it. */
async function leaveBehind(
  around: Around,
  inside: (commit: Deferred<string>) => Promise<unknown>,
): Promise<LeftBehind> {
  const commit = new Deferred<string>();
  let part: Promise<unknown> = Promise.resolve();
  const failed = new Error('another part failed');
  const work = (): Promise<unknown> => {
    part = inside(commit);
    part.catch(() => undefined);
    return Promise.all([part, settled().then(() => Promise.reject(failed))]);
  };
  await expect(around(work)).rejects.toBe(failed);
  return { part, commit };
}

/** A transaction that invalidates, and commits later. */
const invalidating =
  (stores: Rig, key = '42') =>
  (commit: Deferred<string>): Promise<unknown> =>
    runInCasTransaction(async () => {
      await stores.cache.invalidate(key);
      return commit.promise;
    });

const reload = (stores: Rig, value: string): Promise<unknown> => stores.cache.getOrLoad('42', () => value);

describe.each(TOPOLOGIES)('a part that outlives its scope: $name', ({ rig }) => {
  it('carries out what it has collected before it resolves', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const { part, commit } = await leaveBehind(runInCasTransaction, invalidating(stores));
    await reload(stores, 'old');
    expect(await stores.cache.get('42')).toBe('old');
    commit.resolve('committed');
    expect(await part).toBe('committed');
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('also a part of a part, whose own scope has ended, too', async () => {
    const stores = rig();
    const inside = (commit: Deferred<string>): Promise<unknown> => {
      let innermost: Promise<unknown> = Promise.resolve();
      const middle = runInCasTransaction(() => void (innermost = invalidating(stores)(commit)));
      return middle.then(() => innermost);
    };
    const { part, commit } = await leaveBehind(runInCasTransaction, inside);
    await reload(stores, 'old');
    commit.resolve('committed');
    await part;
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('what it was named by its scope is invalidated with the scope, and again when the part has ended', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const { part, commit } = await leaveBehind(
      async (work) =>
        runInCasTransaction(async () => {
          await stores.cache.invalidate('42');
          return work();
        }),
      ({ promise }) => runInCasTransaction(() => promise),
    );
    expect(await stores.cache.get('42')).toBeUndefined();
    await reload(stores, 'old');
    commit.resolve('committed');
    await part;
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('a clear is carried out again, too', async () => {
    const stores = rig();
    const { part, commit } = await leaveBehind(
      async (work) =>
        runInCasTransaction(async () => {
          await stores.cache.clear();
          return work();
        }),
      ({ promise }) => runInCasTransaction(() => promise),
    );
    await reload(stores, 'old');
    commit.resolve('committed');
    await part;
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('what is no transaction, and comes after the scope has ended, acts at once', async () => {
    const stores = rig();
    const { part, commit } = await leaveBehind(runInCasTransaction, async ({ promise }) => {
      await promise;
      await stores.cache.invalidate('42');
      return stores.cache.get('42');
    });
    await reload(stores, 'old');
    commit.resolve('');
    expect(await part).toBeUndefined();
    expect(stores.events.reasons()).not.toContain('written-here');
  });

  it('fills nothing, and reads past the cache what it and its scope have written', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    stores.seed('43', 'other');
    const { part, commit } = await leaveBehind(runInCasTransaction, ({ promise }) =>
      runInCasTransaction(async () => {
        await stores.cache.invalidate('42');
        await promise;
        await stores.cache.getOrLoad('44', () => 'uncommitted');
        return [await stores.cache.getOrLoad('42', () => 'own'), await stores.cache.get('43')];
      }),
    );
    await reload(stores, 'old');
    commit.resolve('');
    expect(await part).toEqual(['own', 'other']);
    expect(stores.has('44')).toBe(false);
  });

  it('a failure is an error of the part, with its result', async () => {
    const stores = rig();
    const { part, commit } = await leaveBehind(runInCasTransaction, invalidating(stores));
    stores.loseGenerationStore('reject');
    commit.resolve('committed');
    await expect(part).rejects.toMatchObject({ name: CasInvalidateError.name, namespace: 'user', result: 'committed' });
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(1);
  });

  it('a part that ends first hands over what it has, and a commit of unknown outcome', async () => {
    const stores = rig({ intentLease: 3_000 });
    await runInCasTransaction(async () => {
      const part = runInCasTransaction(async () => {
        await stores.cache.invalidate('42');
        throw new CasCommitUnknownError('the answer was lost');
      });
      await expect(part).rejects.toBeInstanceOf(CasCommitUnknownError);
      expect(stores.cache.stats().invalidations).toBe(0);
    });
    expect(stores.cache.stats().invalidations).toBe(1);
    await pass(stores.timers, 3_050);
    expect(stores.cache.stats().invalidations).toBe(2);
  });
});

describe.each(TOPOLOGIES)('a part that ends before its scope: $name', ({ rig }) => {
  it('hands over a clear, too', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await runInCasTransaction(async () => {
      await runInCasTransaction(() => stores.cache.clear());
      expect(await stores.cache.get('42')).toBeUndefined();
      expect(stores.cache.stats().clears).toBe(0);
    });
    expect(stores.cache.stats().clears).toBe(1);
  });

  it('what one part has written, the others read past the cache', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await runInCasTransaction(async () => {
      const written = new Deferred<string>();
      const read = runInCasTransaction(async () => {
        await written.promise;
        return stores.cache.get('42');
      });
      await runInCasTransaction(async () => {
        await stores.cache.invalidate('42');
        written.resolve('');
        expect(await read).toBeUndefined();
      });
      expect(await stores.cache.get('42')).toBeUndefined();
    });
    expect(new Set(stores.events.reasons())).toEqual(new Set(['written-here']));
  });
});

describe.each(TOPOLOGIES)('a part that outlives the intent around it: $name', ({ rig }) => {
  const around =
    (stores: Rig): Around =>
    (work) =>
      stores.cache.withWriteIntent('42', work);
  const writers = (stores: Rig): number => stores.generations.intents.writers.size;

  it.each([
    ['a transaction', runInCasTransaction],
    ['one that ends by itself', inOwnScope],
  ])('%s: the key stays closed until it has ended', async (_, transact) => {
    const stores = rig();
    stores.seed('42', 'old');
    const { part, commit } = await leaveBehind(around(stores), ({ promise }) => transact(() => promise));
    expect(writers(stores)).toBe(1);
    await reload(stores, 'old');
    expect(await stores.cache.get('42')).toBeUndefined();
    commit.resolve('committed');
    await part;
    expect(writers(stores)).toBe(0);
    await reload(stores, 'new');
    expect(await stores.cache.get('42')).toBe('new');
    expect(stores.timers.holding).toBe(0);
  });

  it('until the last of several', async () => {
    const stores = rig();
    const last = new Deferred<string>();
    const { part, commit } = await leaveBehind(around(stores), ({ promise }) =>
      Promise.all([runInCasTransaction(() => promise), runInCasTransaction(() => last.promise)]),
    );
    commit.resolve('committed');
    await settled();
    expect(writers(stores)).toBe(1);
    last.resolve('committed');
    await part;
    expect(writers(stores)).toBe(0);
  });

  it('the lease is renewed meanwhile', async () => {
    const stores = rig({ intentLease: 3_000 });
    const { part, commit } = await leaveBehind(around(stores), ({ promise }) => runInCasTransaction(() => promise));
    await pass(stores.timers, 10_000);
    expect(stores.log.of('intents.renew').length).toBeGreaterThan(6);
    commit.resolve('committed');
    await part;
    stores.log.forget();
    await pass(stores.timers, 10_000);
    expect(stores.log.of('intents.renew')).toEqual([]);
  });

  it('a key that could not be closed is invalidated with the scope, and again with its last part', async () => {
    const stores = rig();
    stores.generations.intents.script.fail('open', 'reject');
    const { part, commit } = await leaveBehind(
      (work) => stores.cache.withWriteIntent('42', work, { onUnavailable: 'proceed' }),
      ({ promise }) => runInCasTransaction(() => promise),
    );
    expect(stores.cache.stats().invalidations).toBe(1);
    commit.resolve('committed');
    await part;
    expect(stores.cache.stats().invalidations).toBe(2);
  });

  it('a commit of unknown outcome in the part: the intent is not settled but runs out', async () => {
    const stores = rig({ intentLease: 3_000 });
    const { part, commit } = await leaveBehind(around(stores), ({ promise }) => runInCasTransaction(() => promise));
    commit.reject(new CasCommitUnknownError('the answer was lost'));
    await expect(part).rejects.toBeInstanceOf(CasCommitUnknownError);
    expect(stores.log.of('intents.settle')).toEqual([]);
    const before = stores.cache.stats().invalidations;
    await pass(stores.timers, 3_050);
    expect(stores.cache.stats().invalidations).toBe(before + 1);
  });

  it('also when it is not the last part', async () => {
    const stores = rig({ intentLease: 3_000 });
    const last = new Deferred<string>();
    const { part, commit } = await leaveBehind(around(stores), ({ promise }) =>
      Promise.allSettled([runInCasTransaction(() => promise), runInCasTransaction(() => last.promise)]),
    );
    commit.reject(new CasCommitUnknownError('the answer was lost'));
    await settled();
    last.resolve('committed');
    await part;
    expect(stores.log.of('intents.settle')).toEqual([]);
  });
});
