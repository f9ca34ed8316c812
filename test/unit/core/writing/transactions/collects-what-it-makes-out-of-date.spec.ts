import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { CasCommitUnknownError, CasInvalidateError } from '../../../../../lib/write-errors.js';
import { pass } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const bumps = (stores: Rig): number =>
  stores.log.steps().filter((step) => /bump|invalidate|clear|settle/.test(step)).length;

describe.each(TOPOLOGIES)('runInCasTransaction: $name', ({ rig }) => {
  it('invalidations wait for its end, and are carried out before it resolves', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const result = await runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      expect(bumps(stores)).toBe(0);
      return 'committed';
    });
    expect(result).toBe('committed');
    expect(bumps(stores)).toBeGreaterThan(0);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('they are carried out when it throws, too, and its error is rethrown', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const failed = new Error('rolled back');
    const run = runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      throw failed;
    });
    await expect(run).rejects.toBe(failed);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('clear waits as well, and hides the whole namespace inside', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    await runInCasTransaction(async () => {
      await stores.cache.clear();
      expect(bumps(stores)).toBe(0);
      expect(await stores.cache.get('42')).toBeUndefined();
    });
    expect(stores.cache.stats().clears).toBe(1);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('keys written inside are read past the cache inside; the others are served', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    stores.seed('43', 'other');
    await runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      expect(await stores.cache.get('42')).toBeUndefined();
      expect(stores.cache.getSync('42')).toBeUndefined();
      expect(await stores.cache.getOrLoad('42', () => 'uncommitted')).toBe('uncommitted');
      const { values, missing } = await stores.cache.getBulk(['42', '43']);
      expect([[...values], missing]).toEqual([[['43', 'other']], ['42']]);
      expect(await stores.cache.get('43')).toBe('other');
    });
    expect(new Set(stores.events.reasons())).toEqual(new Set(['written-here']));
  });

  it('outside, the key is served until the transaction has ended', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    let outside: (() => Promise<unknown>) | undefined;
    const other = stores.another();
    const read = new Promise((resolve) => {
      outside = async () => resolve(await other.get('42'));
    });
    // Called from outside, as another request would.
    const asked = Promise.resolve().then(() => outside?.());
    await runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      expect(await read).toBe('old');
    });
    await asked;
    expect(await other.get('42')).toBeUndefined();
  });

  it('nothing that is loaded inside fills the cache', async () => {
    const stores = rig();
    const observed = stores.generations.issue(stores.at('42'));
    await runInCasTransaction(async () => {
      expect(await stores.cache.getOrLoad('42', () => 'of an old snapshot')).toBe('of an old snapshot');
      expect(await stores.cache.snapshotGen('42')).toBe(0);
      expect([...(await stores.cache.snapshotGens(['42', '43'])).values()]).toEqual([0, 0]);
      expect(await stores.cache.setWithGen('42', 'x', observed)).toBe('unavailable');
      expect((await stores.cache.setBulkWithGens([['42', 'x']], new Map([['42', observed]]))).outcome).toBe(
        'unavailable',
      );
    });
    expect(stores.has('42')).toBe(false);
  });

  it('not even when the load ends after it', async () => {
    const stores = rig();
    stores.generations.issue(stores.at('42'));
    let ended = (): void => undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const [late] = await runInCasTransaction(() => [
      stores.cache.getOrLoad('42', () => end.then(() => 'of an old snapshot')),
    ]);
    ended();
    expect(await late).toBe('of an old snapshot');
    expect(stores.has('42')).toBe(false);
  });

  it('a transaction inside another joins it', async () => {
    const stores = rig();
    await runInCasTransaction(async () => {
      await runInCasTransaction(() => stores.cache.invalidate('42'));
      await expect(
        runInCasTransaction(async () => {
          await stores.cache.invalidate('43');
          throw new Error('savepoint');
        }),
      ).rejects.toThrow('savepoint');
      expect(bumps(stores)).toBe(0);
    });
    expect(stores.events.of('invalidate').map(({ key }) => key)).toEqual(['42', '43']);
  });

  it('an intent inside stays open until it ends', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const other = stores.another();
    await runInCasTransaction(async () => {
      await stores.cache.withWriteIntent('42', () => undefined);
      expect(await stores.cache.get('42')).toBeUndefined();
      expect(stores.generations.intents.writers.size).toBe(1);
    });
    expect(stores.generations.intents.writers.size).toBe(0);
    await other.getOrLoad('42', () => 'new');
    expect(await other.get('42')).toBe('new');
  });

  it('a key under an intent that is invalidated as well is settled, and that is all', async () => {
    const stores = rig();
    await stores.cache.withWriteIntent('42', () => stores.cache.invalidate('42'));
    expect(bumps(stores)).toBe(1);
    expect(stores.cache.stats().invalidations).toBe(1);
  });

  it('two at once do not see each other', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    let written = (): void => undefined;
    const wrote = new Promise<void>((resolve) => {
      written = resolve;
    });
    await Promise.all([
      runInCasTransaction(async () => {
        await stores.cache.invalidate('42');
        written();
      }),
      runInCasTransaction(async () => {
        await wrote;
        await stores.cache.get('42');
      }),
    ]);
    expect(stores.events.reasons()).not.toContain('written-here');
  });

  it('a late invalidation of left-over work acts at once', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    let ended = (): void => undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const [late] = await runInCasTransaction(() => [end.then(() => stores.cache.invalidate('42'))]);
    ended();
    await late;
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.events.reasons()).not.toContain('written-here');
  });

  it('what cannot be carried out is an error with the result, and is retried', async () => {
    const stores = rig();
    stores.seed('42', 'old');
    const run = runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      stores.loseGenerationStore('reject');
      return 'committed';
    });
    await expect(run).rejects.toMatchObject({ name: CasInvalidateError.name, namespace: 'user', result: 'committed' });
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(1);
    stores.mend();
    await pass(stores.timers, 1_000);
    expect(stores.cache.stats().pendingInvalidations.keys).toBe(0);
    expect(await stores.cache.get('42')).toBeUndefined();
  });

  it('failures of several namespaces are told apart', async () => {
    const stores = rig();
    const order = stores.another({ namespace: 'order' });
    const run = runInCasTransaction(async () => {
      await stores.cache.invalidate('1');
      await order.clear();
      stores.loseGenerationStore('reject');
    });
    const error = await run.then(
      () => undefined,
      (cause: unknown) => cause as CasInvalidateError,
    );
    expect([...(error?.failures.keys() ?? [])].toSorted()).toEqual(['order:', 'user:1']);
  });

  it('a commit of unknown outcome: invalidated at once, and again when a lease has passed', async () => {
    const stores = rig({ intentLease: 3_000 });
    const run = runInCasTransaction(async () => {
      await stores.cache.invalidate('42');
      throw new CasCommitUnknownError('the answer was lost');
    });
    await expect(run).rejects.toBeInstanceOf(CasCommitUnknownError);
    expect(stores.cache.stats().invalidations).toBe(1);
    stores.seed('42', 'filled before the late commit');
    await pass(stores.timers, 2_950);
    expect(await stores.cache.get('42')).toBe('filled before the late commit');
    await pass(stores.timers, 100);
    expect(await stores.cache.get('42')).toBeUndefined();
  });
});
