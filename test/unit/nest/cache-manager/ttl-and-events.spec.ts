import { describe, expect, it } from '@jest/globals';

import { asCacheManager } from '../../../../lib/nest/cache-manager/as-cache-manager.js';
import { Embedded } from '../../../support/core/embedded.js';
import { ATOMIC } from '../../../support/core/topologies.js';

describe('ttl of asCacheManager', () => {
  it('is when the value expires that get would answer', async () => {
    const { cache } = new Embedded();
    const manager = asCacheManager(cache);
    const from = Date.now();
    await manager.set('a', 1, 60_000);
    const expires = await manager.ttl('a');
    expect(expires).toBeGreaterThan(from + 50_000);
    expect(expires).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('is none of what is not there, or was invalidated', async () => {
    const { cache } = new Embedded();
    const manager = asCacheManager(cache);
    expect(await manager.ttl('a')).toBeUndefined();
    await manager.set('a', 1);
    await manager.del('a');
    expect(await manager.ttl('a')).toBeUndefined();
  });
});

describe('events of asCacheManager', () => {
  it('tell of each call of the adapter once it is done, until off', async () => {
    const manager = asCacheManager(new Embedded().cache);
    const told: unknown[] = [];
    const onSet = (event: object): void => void told.push(['set', event]);
    manager.on('set', onSet);
    manager.on('del', (event) => told.push(['del', event]));
    manager.on('clear', (event) => told.push(['clear', event]));
    await manager.set('a', 1);
    await manager.mset([{ key: 'b', value: 2 }]);
    await manager.del('a');
    await manager.mdel(['b', 'c']);
    await manager.clear();
    manager.off('set', onSet);
    await manager.set('a', 1);
    expect(told).toEqual([
      ['set', { key: 'a', value: 1 }],
      ['set', { key: 'b', value: 2 }],
      ['del', { key: 'a' }],
      ['del', { key: 'b' }],
      ['del', { key: 'c' }],
      ['clear', {}],
    ]);
  });

  it('tell of a call that failed with its error, and a listener that throws harms none', async () => {
    const stores = ATOMIC.rig();
    const manager = asCacheManager(stores.cache);
    const told: object[] = [];
    manager.on('del', () => {
      throw new Error('a listener');
    });
    manager.on('del', (event) => told.push(event));
    expect(await manager.del('a')).toBe(true);
    stores.loseGenerationStore('throw');
    await expect(manager.del('a')).rejects.toMatchObject({ code: 'CAS_INVALIDATE' });
    expect(told).toMatchObject([{ key: 'a' }, { key: 'a', error: { code: 'CAS_INVALIDATE' } }]);
  });
});
