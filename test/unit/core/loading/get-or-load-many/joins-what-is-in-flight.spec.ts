import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { runningLoads } from '../../../../support/core/running-loads.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

type Rows = Map<string, unknown>;

describe.each(TOPOLOGIES)('loads of many, and those in flight: $name', ({ rig }) => {
  it('in-flight loads of single keys are joined', async () => {
    const { cache } = rig();
    const gate = new Deferred<object>();
    const single = cache.getOrLoad('b', () => gate.promise);
    await settled();
    const asked: string[][] = [];
    const many = cache.getOrLoadMany(['a', 'b', 'c'], (keys) => {
      asked.push(keys);
      return new Map(keys.map((key) => [key, `many ${key}`]));
    });
    await settled();
    const row = { by: 'single' };
    gate.resolve(row);
    const answer = [...(await many)];
    expect(answer).toEqual([
      ['a', 'many a'],
      ['b', row],
      ['c', 'many c'],
    ]);
    expect(asked).toEqual([['a', 'c']]);
    expect(await single).toBe(row);
    expect(answer[1]?.[1]).not.toBe(row);
    expect(runningLoads(cache)).toBe(0);
  });

  it('a single caller joins a load of many, and so does another one of many', async () => {
    const { cache } = rig();
    const gate = new Deferred<Rows>();
    const first = cache.getOrLoadMany(['a', 'b'], () => gate.promise);
    await settled();
    const asked: string[][] = [];
    const single = cache.getOrLoad('a', () => 'not called');
    const second = cache.getOrLoadMany(['b', 'c'], (keys) => {
      asked.push(keys);
      return new Map(keys.map((key) => [key, `second ${key}`]));
    });
    await settled();
    gate.resolve(
      new Map([
        ['a', 'first a'],
        ['b', 'first b'],
      ]),
    );
    expect(await single).toBe('first a');
    expect([...(await second)]).toEqual([
      ['b', 'first b'],
      ['c', 'second c'],
    ]);
    expect(asked).toEqual([['c']]);
    expect((await first).size).toBe(2);
  });

  it('a single caller loads for himself what the load of many knows nothing of', async () => {
    const { cache } = rig();
    const gate = new Deferred<Rows>();
    const many = cache.getOrLoadMany(['a', 'b'], () => gate.promise);
    await settled();
    const single = cache.getOrLoad('b', () => 'found elsewhere');
    await settled();
    gate.resolve(new Map([['a', 1]]));
    expect([await many, await single]).toEqual([new Map([['a', 1]]), 'found elsewhere']);
  });

  it('one that was invalidated since is loaded anew, and the others are shared', async () => {
    const stores = rig();
    const { cache } = stores;
    const gate = new Deferred<Rows>();
    const first = cache.getOrLoadMany(['a', 'b'], () => gate.promise);
    await settled();
    stores.generations.issue(stores.at('a'));
    const asked: string[][] = [];
    const second = cache.getOrLoadMany(['a', 'b'], (keys) => {
      asked.push(keys);
      return new Map(keys.map((key) => [key, `new ${key}`]));
    });
    await settled();
    gate.resolve(
      new Map([
        ['a', 'old a'],
        ['b', 'old b'],
      ]),
    );
    expect([...(await second).values()]).toEqual(['new a', 'old b']);
    expect([...(await first).values()]).toEqual(['old a', 'old b']);
    expect(asked).toEqual([['a']]);
    expect(await cache.get('a')).toBe('new a');
  });

  it('an error rejects those who share the load, and no others', async () => {
    const { cache } = rig();
    const gate = new Deferred<Rows>();
    const first = cache.getOrLoadMany(['a', 'b'], () => gate.promise);
    await settled();
    const joined = cache.getOrLoad('a', () => 'not called');
    const other = cache.getOrLoadMany(['c'], () => new Map([['c', 1]]));
    await settled();
    gate.reject(new Error('the database is down'));
    const ends = await Promise.allSettled([first, joined, other]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(runningLoads(cache)).toBe(0);
  });
});
