import { describe, expect, it } from '@jest/globals';

import { runInCasTransaction } from '../../../../../lib/core/writing/cas-transaction.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { ATOMIC, MEMORY } from '../../../../support/core/topologies.js';

describe.each([MEMORY, ATOMIC])('what is not shared: $name', ({ rig }) => {
  it('loads of a disabled cache: each caller has his own, at once', async () => {
    const stores = rig();
    const disabled = stores.another({ enabled: false });
    let running = 0;
    const gate = new Deferred();
    const load = async (): Promise<number> => {
      const own = ++running;
      await gate.promise;
      return own;
    };
    const many = async (): Promise<Map<string, number>> => new Map([['42', await load()]]);
    const singles = [1, 2, 3].map(() => disabled.getOrLoad('42', load));
    await settled();
    const others = [4, 5, 6].map(() => disabled.getOrLoadMany(['42'], many));
    await settled();
    expect(running).toBe(6);
    gate.resolve();
    expect(await Promise.all(singles)).toEqual([1, 2, 3]);
    expect(await Promise.all(others)).toEqual([4, 5, 6].map((own) => new Map([['42', own]])));
    expect(stores.entries.held.size).toBe(0);
  });

  it('a load inside a transaction: nobody joins it, it joins nobody, and it fills nothing', async () => {
    const stores = rig();
    const { cache } = stores;
    const [inside, outside] = [new Deferred<string>(), new Deferred<string>()];
    const transaction = runInCasTransaction(() => cache.getOrLoad('42', () => inside.promise));
    await settled();
    const other = cache.getOrLoad('42', () => outside.promise);
    await settled();
    const late = runInCasTransaction(() => cache.getOrLoad('42', () => 'also inside'));
    expect(await late).toBe('also inside');
    inside.resolve('uncommitted');
    expect(await transaction).toBe('uncommitted');
    expect(stores.entries.held.size).toBe(0);
    outside.resolve('committed');
    expect(await other).toBe('committed');
    expect(await cache.get('42')).toBe('committed');
  });

  it('the load of a key that `when` sends past the cache', async () => {
    const stores = rig();
    let loads = 0;
    const load = async (): Promise<number> => {
      await settled();
      return ++loads;
    };
    const options = { when: (key: string) => key !== '42' };
    const calls = [stores.cache.getOrLoad('42', load, options), stores.cache.getOrLoad('42', load, options)];
    expect(await Promise.all(calls)).toEqual([1, 2]);
    expect(stores.log.steps()).toEqual([]);
  });
});
