import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const WITHOUT = [
  { why: 'a write of the key is open', take: (stores: Rig): void => stores.generations.open(stores.at('42')) },
  { why: 'the generation store is down', take: (stores: Rig): void => stores.loseGenerationStore('reject') },
];

describe.each(TOPOLOGIES)('with no generation to compare: $name', ({ rig }) => {
  it.each(WITHOUT)('at most one load of a key runs and one waits, which all share ($why)', async ({ take }) => {
    const stores = rig();
    take(stores);
    const runs: Deferred<string>[] = [];
    const load = (): Promise<string> => {
      const run = new Deferred<string>();
      runs.push(run);
      return run.promise;
    };
    const first = stores.cache.getOrLoad('42', load);
    await settled();
    const later = Array.from({ length: 100 }, () => stores.cache.getOrLoad('42', load));
    await settled();
    expect(runs).toHaveLength(1);

    runs[0]?.resolve('read before they came');
    expect(await first).toBe('read before they came');
    await settled();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve('read since');
    expect(await Promise.all(later)).toEqual(later.map(() => 'read since'));
    expect(runs).toHaveLength(2);
    expect(stores.entries.held.size).toBe(0);
  });

  it.each(WITHOUT)('the load that waits begins also when the running one fails ($why)', async ({ take }) => {
    const stores = rig();
    take(stores);
    const run = new Deferred<string>();
    const first = stores.cache.getOrLoad('42', () => run.promise);
    await settled();
    const second = stores.cache.getOrLoad('42', () => 'loaded');
    await settled();
    run.reject(new Error('the database is down'));
    await expect(first).rejects.toThrow('the database is down');
    expect(await second).toBe('loaded');
  });
});
