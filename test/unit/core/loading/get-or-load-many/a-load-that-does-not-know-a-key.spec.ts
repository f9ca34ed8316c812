import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { runningLoads } from '../../../../support/core/running-loads.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

type Rows = Map<string, string | null>;

const mine = (keys: string[]): Rows => new Map(keys.map((key) => [key, 'mine']));

describe.each(TOPOLOGIES)('a load of many that was joined and does not know a key: $name', ({ rig }) => {
  it('each caller who joined asks its own loader, for just that key', async () => {
    const { cache } = rig();
    const gate = new Deferred<Rows>();
    const first = cache.getOrLoadMany(['a', 'b'], () => gate.promise);
    await settled();
    const asked: string[][] = [];
    const many = cache.getOrLoadMany(['a', 'b'], (keys) => {
      asked.push(keys);
      return mine(keys);
    });
    const single = cache.getOrLoad('b', () => 'mine');
    await settled();
    gate.resolve(new Map([['a', 'known']]));
    expect(await first).toEqual(new Map([['a', 'known']]));
    expect(await many).toEqual(
      new Map([
        ['a', 'known'],
        ['b', 'mine'],
      ]),
    );
    expect(await single).toBe('mine');
    expect(asked).toEqual([['b']]);
    expect(runningLoads(cache)).toBe(0);
  });

  it('a key that nobody knows is absent, or null where that is wanted', async () => {
    const { cache } = rig();
    const gate = new Deferred<Rows>();
    const first = cache.getOrLoadMany(['b'], () => gate.promise);
    await settled();
    const absent = cache.getOrLoadMany(['b'], () => new Map());
    const negative = cache.getOrLoadMany(['b'], () => new Map(), { missing: 'negative' });
    await settled();
    gate.resolve(new Map());
    expect(await Promise.all([first, absent, negative])).toEqual([new Map(), new Map(), new Map([['b', null]])]);
  });

  it('callers with the very same loader ask it once', async () => {
    const { cache } = rig();
    const gate = new Deferred<Rows>();
    let calls = 0;
    const load = (): Promise<Rows> => {
      calls++;
      return gate.promise;
    };
    const both = [cache.getOrLoadMany(['b'], load), cache.getOrLoadMany(['b'], load)];
    await settled();
    gate.resolve(new Map());
    await Promise.all(both);
    expect(calls).toBe(1);
  });
});
