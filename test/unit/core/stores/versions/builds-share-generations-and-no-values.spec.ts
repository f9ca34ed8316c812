import { describe, expect, it } from '@jest/globals';

import type { CasCacheService } from '../../../../../lib/core/cas-cache.js';
import { NamespaceKeys } from '../../../../../lib/keys/namespace-keys.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES, WITH_BULK } from '../../../../support/core/topologies.js';

interface Builds {
  readonly stores: Rig;
  readonly older: CasCacheService;
  readonly newer: CasCacheService;
}

/** Two builds of one namespace over the same stores. */
function builds(rig: () => Rig): Builds {
  const stores = rig();
  return { stores, older: stores.cache, newer: stores.another({ valueVersion: '2' }) };
}

/** How often a loader ran. */
function counted(value: string): { load: () => string; readonly runs: number } {
  const counter = {
    runs: 0,
    load: () => {
      counter.runs++;
      return value;
    },
  };
  return counter;
}

describe.each(TOPOLOGIES)('builds with different versions of a value: $name', ({ rig }) => {
  it('load each their own, once, however they take turns', async () => {
    const { older, newer } = builds(rig);
    const [one, two] = [counted('old shape'), counted('new shape')];
    for (let i = 0; i < 10; i++) {
      expect(await older.getOrLoad('42', one.load)).toBe('old shape');
      expect(await newer.getOrLoad('42', two.load)).toBe('new shape');
      await settled();
    }
    expect([one.runs, two.runs]).toEqual([1, 1]);
  });

  it.each(['older', 'newer'] as const)('reach each other with an invalidation: by the %s', async (by) => {
    const both = builds(rig);
    for (const cache of [both.older, both.newer]) await cache.getOrLoad('42', () => 'before');
    await both[by].invalidate('42');
    for (const cache of [both.older, both.newer]) expect(await cache.get('42')).toBeUndefined();
    for (const cache of [both.older, both.newer]) expect(await cache.getOrLoad('42', () => 'after')).toBe('after');
  });

  it('reach each other while one of them fills', async () => {
    const { older, newer } = builds(rig);
    const observed = await newer.snapshotGen('42');
    await older.invalidate('42');
    expect(await newer.setWithGen('42', 'before', observed)).not.toBe('rejected');
    expect(await newer.get('42')).toBeUndefined();
  });

  it('close a key to each other for a write', async () => {
    const { older, newer } = builds(rig);
    for (const cache of [older, newer]) await cache.getOrLoad('42', () => 'before');
    await newer.withWriteIntent('42', async () => {
      expect(await older.get('42')).toBeUndefined();
      expect(await newer.get('42')).toBeUndefined();
      expect(await older.snapshotGen('42')).toBe(0);
    });
    for (const cache of [older, newer]) expect(await cache.get('42')).toBeUndefined();
  });

  it('free the entries of all of them with a clear', async () => {
    const { stores, older, newer } = builds(rig);
    for (const cache of [older, newer]) await cache.getOrLoad('42', () => 'v');
    const held = (): number => stores.entries.held.size + (stores.near?.held.size ?? 0);
    expect(held()).toBe(stores.near === undefined ? 2 : 4);
    await older.clear();
    expect(held()).toBe(0);
    for (const cache of [older, newer]) expect(await cache.get('42')).toBeUndefined();
  });
});

describe.each(WITH_BULK)('bulk frames of builds with different versions: $name', ({ rig }) => {
  it('are apart, and checked against one generation', async () => {
    const { stores, older, newer } = builds(rig);
    const load = (shape: string) => (missing: string[]) => new Map(missing.map((key) => [key, shape]));
    for (const [cache, shape] of [
      [older, 'old'],
      [newer, 'new'],
    ] as const) {
      expect([...(await cache.getOrLoadMany(['a', 'b'], load(shape))).values()]).toEqual([shape, shape]);
    }
    expect(stores.entries.held.has(new NamespaceKeys('user').bulk(['a', 'b']))).toBe(true);
    expect(stores.entries.held.has(new NamespaceKeys('user', '2').bulk(['a', 'b']))).toBe(true);
    await older.invalidate('a');
    expect((await newer.getBulk(['a', 'b'])).missing).toEqual(['a']);
  });
});
