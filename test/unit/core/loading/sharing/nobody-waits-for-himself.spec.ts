import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { NEAR, TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('nested and cyclic loads never wait for themselves: $name', ({ rig }) => {
  it('a load that reads its own key runs the inner loader directly', async () => {
    const { cache } = rig();
    const answer = await cache.getOrLoad('a', () => cache.getOrLoad('a', () => 'inner'));
    expect(answer).toBe('inner');
    expect(await cache.get('a')).toBe('inner');
  });

  it('so does one that reads it in a load of another key, or in a load of many', async () => {
    const { cache } = rig();
    const through = (): Promise<unknown> => cache.getOrLoad('b', () => cache.getOrLoad('a', () => 'inner'));
    expect(await cache.getOrLoad('a', through)).toBe('inner');

    await cache.invalidate(['a', 'b']);
    const many = async (): Promise<unknown> =>
      (await cache.getOrLoadMany(['b', 'a'], (keys) => new Map(keys.map((key) => [key, `${key} of many`])))).get('a');
    expect(await cache.getOrLoad('a', many)).toBe('a of many');
  });

  it('two loads in a cycle, a to b and b to a, both end', async () => {
    const { cache } = rig();
    const begun = { a: new Deferred(), b: new Deferred() };
    const load = (own: 'a' | 'b', other: 'a' | 'b') => async () => {
      begun[own].resolve();
      await begun[other].promise;
      return `${own} with ${String(await cache.getOrLoad(other, () => `${other} alone`))}`;
    };
    const both = await Promise.all([cache.getOrLoad('a', load('a', 'b')), cache.getOrLoad('b', load('b', 'a'))]);
    // One of them waits for the other, which then must not wait for it.
    expect(new Set(both)).toEqual(new Set(['a with b with a alone', 'b with a alone']));
  });
});

it('a load of many that is going to wait for another load is not waited for by that one', async () => {
  const stores = NEAR.rig();
  const { cache, generations } = stores;
  generations.open(stores.at('open'));
  const gate = new Deferred();
  const first = cache.getOrLoad('open', async () => {
    await gate.promise;
    return cache.getOrLoad('other', () => 'loaded by the first');
  });
  await settled();

  for (const op of ['snapshot', 'snapshotMany']) generations.script.fail(op, 'hang');
  const many = cache.getOrLoadMany(['open', 'other'], (keys) => new Map(keys.map((key) => [key, `many ${key}`])));
  await settled();
  // It knows now that the one is open, and asks for the generation of the other.
  generations.script.release();
  await settled();
  gate.resolve();
  await settled();
  generations.script.mend();
  generations.script.release();
  await settled();

  const states = await Promise.all([first, many].map((promise) => Promise.race([promise, Promise.resolve('waits')])));
  expect(states).toEqual(['loaded by the first', expect.any(Map)]);
});
