import { describe, expect, it } from '@jest/globals';

import { CasKeyError } from '../../../../../lib/errors.js';
import { Embedded } from '../../../../support/core/embedded.js';
import { MEMORY, TOPOLOGIES } from '../../../../support/core/topologies.js';

describe('getSync in memory', () => {
  it('answers what get answers, without a promise', async () => {
    const stores = MEMORY.rig();
    expect(stores.cache.getSync('42')).toBeUndefined();
    stores.seed('42', 'v');
    expect(stores.cache.getSync('42')).toBe('v');
    await stores.cache.invalidate('42');
    expect(stores.cache.getSync('42')).toBeUndefined();
    expect(stores.events.of('hit')).toEqual([{ type: 'hit', namespace: 'user', key: '42', bulk: false }]);
    expect(stores.cache.stats()).toMatchObject({ hits: 1, misses: { absent: 2 } });
  });

  it('heals what cannot be served', () => {
    const stores = MEMORY.rig();
    stores.place('42', stores.generations.issue(stores.at('42')) - 1, 'old');
    expect(stores.cache.getSync('42')).toBeUndefined();
    expect(stores.has('42')).toBe(false);
    expect(stores.events.reasons()).toEqual(['stale']);
  });

  it('counts as a use', async () => {
    const { cache } = new Embedded({ maxEntries: 2 });
    const fill = async (key: string): Promise<unknown> => cache.setWithGen(key, key, await cache.snapshotGen(key));
    await fill('a');
    await fill('b');
    expect(cache.getSync('a')).toBe('a');
    await fill('c');
    expect([cache.getSync('a'), cache.getSync('b'), cache.getSync('c')]).toEqual(['a', undefined, 'c']);
  });

  it('works over bytes in process too', async () => {
    const { cache } = new Embedded({}, 'bytes');
    await cache.setWithGen('42', { name: 'Linus' }, await cache.snapshotGen('42'));
    expect(cache.getSync('42')).toEqual({ name: 'Linus' });
  });

  it('throws at once for what is no key', () => {
    expect(() => MEMORY.rig().cache.getSync('')).toThrow(CasKeyError);
  });
});

describe.each(TOPOLOGIES.filter(({ shape }) => shape.generations === 'shared'))(
  'getSync elsewhere: $name',
  ({ rig }) => {
    it('always undefined, and makes no call', () => {
      const stores = rig();
      stores.seed('42', 'v');
      expect(stores.cache.getSync('42')).toBeUndefined();
      expect(stores.log.steps()).toEqual([]);
      expect(stores.events.all).toEqual([]);
    });
  },
);
