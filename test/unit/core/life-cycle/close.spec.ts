import { describe, expect, it } from '@jest/globals';

import { CasCloseError } from '../../../../lib/write-errors.js';
import { MEMORY, TOPOLOGIES } from '../../../support/core/topologies.js';

/** A store that counts how often it was closed. */
function closable(fault?: Error | string) {
  const store = {
    closed: 0,
    close: (): Promise<void> => {
      store.closed++;
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- stores may reject with anything
      return fault === undefined ? Promise.resolve() : Promise.reject(fault);
    },
  };
  return store;
}

describe.each(TOPOLOGIES)('close: $name', ({ rig, shape }) => {
  it('never closes a store that others use', async () => {
    const stores = rig();
    await stores.cache.close();
    expect([stores.entries.closed, stores.generations.closed, stores.near?.closed ?? 0]).toEqual([0, 0, 0]);
  });

  it("reads miss, fills answer 'disabled', loaders run, no store is touched", async () => {
    const stores = rig();
    const observed = stores.seed('42', 'v');
    await stores.cache.close();
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.cache.getSync('42')).toBeUndefined();
    expect((await stores.cache.getBulk(['42'])).missing).toEqual(['42']);
    expect(await stores.cache.setWithGen('42', 'v', observed)).toBe('disabled');
    expect(await stores.cache.snapshotGen('42')).toBe(0);
    expect(await stores.cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
    expect(stores.log.steps()).toEqual([]);
    // Only a cache that answers getSync at all counts it.
    expect(stores.cache.stats().misses.disabled).toBe(shape.generations === 'process' ? 4 : 3);
  });

  it('invalidate and clear throw: nothing was invalidated', async () => {
    const stores = rig();
    stores.seed('42', 'v');
    await stores.cache.close();
    const failed: unknown = await stores.cache.invalidate(['42', '43']).catch((cause: unknown) => cause);
    expect(failed).toMatchObject({ code: 'CAS_INVALIDATE', cause: { code: 'CAS_CLOSED' } });
    expect([...(failed as { failures: Map<string, unknown> }).failures.keys()]).toEqual(['42', '43']);
    await expect(stores.cache.clear()).rejects.toMatchObject({ code: 'CAS_CLEAR', cause: { code: 'CAS_CLOSED' } });
    expect(stores.log.steps()).toEqual([]);
  });

  it('a load that is running when the cache closes is answered and not cached', async () => {
    const stores = rig();
    const value = stores.cache.getOrLoad('42', async () => {
      await stores.cache.close();
      stores.log.forget();
      return 'loaded';
    });
    expect(await value).toBe('loaded');
    expect(stores.log.steps()).toEqual([]);
    expect(stores.has('42')).toBe(false);
  });
});

describe.each(TOPOLOGIES)('close, after what failed: $name', ({ rig }) => {
  const messageOf = async (stores: ReturnType<typeof rig>): Promise<string> => {
    stores.generations.script.fail('clear', 'reject');
    const closed: unknown = await stores.cache.close().catch((cause: unknown) => cause);
    expect(closed).toBeInstanceOf(CasCloseError);
    const [error] = (closed as CasCloseError).errors;
    expect(error).toMatchObject({ code: 'CAS_UNLANDED', namespace: 'user' });
    return (error as Error).message;
  };

  it('a clear is named as that, and no invalidations are made up', async () => {
    const stores = rig();
    stores.generations.script.fail('clear', 'reject');
    await expect(stores.cache.clear()).rejects.toMatchObject({ code: 'CAS_CLEAR' });
    const message = await messageOf(stores);
    expect(message).toContain('A clear of the namespace, which had failed, had not landed');
    expect(message).not.toMatch(/remembered|failed invalidation/);
  });

  it('a clear that landed later is not owed', async () => {
    const stores = rig();
    stores.generations.script.fail('clear', 'reject');
    await expect(stores.cache.clear()).rejects.toMatchObject({ code: 'CAS_CLEAR' });
    stores.mend();
    await stores.cache.clear();
    await stores.cache.close();
  });
});

describe('close', () => {
  it('closes what belongs to the namespace alone, once', async () => {
    const [one, other] = [closable(), closable()];
    const { cache } = MEMORY.rig({ owned: [one, other] });
    await Promise.all([cache.close(), cache.close()]);
    await cache.close();
    expect([one.closed, other.closed]).toEqual([1, 1]);
  });

  it('reports all errors, and closes the rest', async () => {
    const [first, last] = [new Error('first'), new Error('last')];
    const fine = closable();
    const stores = MEMORY.rig({ owned: [closable(first), fine, closable(last), closable('a text')] });
    const failed: unknown = await stores.cache.close().catch((cause: unknown) => cause);
    expect(failed).toBeInstanceOf(CasCloseError);
    expect(failed).toMatchObject({ code: 'CAS_CLOSE', namespace: 'user', cause: first });
    expect((failed as CasCloseError).errors).toEqual([first, last, expect.objectContaining({ cause: 'a text' })]);
    expect(fine.closed).toBe(1);
    expect(stores.events.of('fault')).toHaveLength(3);
    expect(stores.events.of('fault')[0]).toMatchObject({ operation: 'close', key: undefined, cause: first });
  });
});
