import { describe, expect, it } from '@jest/globals';

import { CasKeyError } from '../../../../../lib/errors.js';
import { Embedded } from '../../../../support/core/embedded.js';
import { UNENCODABLE } from '../../../../support/core/text-codec.js';
import { ATOMIC, BYTES, MEMORY, TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('getOrLoad: $name', ({ rig, shape }) => {
  it('loads once, then hits', async () => {
    const stores = rig();
    let loads = 0;
    const load = (): number => ++loads;
    expect(await stores.cache.getOrLoad('42', load)).toBe(1);
    expect(await stores.cache.getOrLoad('42', load)).toBe(1);
    await stores.cache.invalidate('42');
    expect(await stores.cache.getOrLoad('42', async () => Promise.resolve(load()))).toBe(2);
    expect(stores.events.all.map(({ type }) => type)).toEqual(['miss', 'fill', 'hit', 'invalidate', 'miss', 'fill']);
  });

  it('tells the loader what it loads', async () => {
    let told: unknown;
    await rig().cache.getOrLoad('42', (context) => {
      told = context;
      return 1;
    });
    expect(told).toMatchObject({ namespace: 'user', key: '42', keys: ['42'] });
  });

  it('loader error passes through and nothing is cached', async () => {
    const cause = new Error('the database is down');
    const loaders: (() => unknown)[] = [
      () => {
        throw cause;
      },
      () => Promise.reject(cause),
    ];
    for (const load of loaders) {
      const stores = rig();
      await expect(stores.cache.getOrLoad('42', load)).rejects.toBe(cause);
      expect(stores.entries.held.size).toBe(0);
      expect(stores.events.all).toEqual([{ type: 'miss', namespace: 'user', key: '42', reason: 'absent' }]);
      expect(await stores.cache.getOrLoad('42', () => 'next time')).toBe('next time');
    }
  });

  it('undefined is returned, not cached, and warned about once', async () => {
    const stores = rig();
    for (const key of ['a', 'a', 'b']) expect(await stores.cache.getOrLoad(key, () => undefined)).toBeUndefined();
    expect(stores.entries.held.size).toBe(0);
    expect(stores.events.of('fill')).toEqual([]);
    expect(stores.events.of('warning')).toEqual([
      { type: 'warning', namespace: 'user', message: expect.stringContaining('return null for "not there"') },
    ]);
  });

  it('null is cached', async () => {
    const stores = rig();
    expect(await stores.cache.getOrLoad('42', () => null)).toBeNull();
    expect(await stores.cache.getOrLoad('42', () => 'never')).toBeNull();
    expect(stores.events.of('warning')).toEqual([]);
  });

  it('unless says that a loaded value is not cached', async () => {
    const stores = rig();
    const options = { unless: (value: unknown) => value === 'secret' };
    expect(await stores.cache.getOrLoad('42', () => 'secret', options)).toBe('secret');
    expect(stores.entries.held.size).toBe(0);
    expect(await stores.cache.getOrLoad('42', () => 'public', options)).toBe('public');
    expect(await stores.cache.getOrLoad('42', () => 'never', options)).toBe('public');
  });

  it('the provider down: loads, and the fault is an event only', async () => {
    const stores = rig();
    stores.failReads('reject');
    stores.failWrites('reject');
    expect(await stores.cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
    expect(stores.events.faults()).toContain('get');
    expect(shape).toBeDefined();
  });

  it('a bad key is an error before anything is asked or loaded', async () => {
    const stores = rig();
    const load = (): never => {
      throw new Error('it was loaded');
    };
    await expect(stores.cache.getOrLoad('', load)).rejects.toBeInstanceOf(CasKeyError);
    expect(stores.log.steps()).toEqual([]);
  });
});

describe('a value that cannot be cached is still the answer', () => {
  it.each([BYTES, ATOMIC])('encode error: $name', async ({ rig }) => {
    const stores = rig();
    expect(await stores.cache.getOrLoad('42', () => UNENCODABLE)).toBe(UNENCODABLE);
    expect(stores.entries.held.size).toBe(0);
    expect(stores.events.all).toMatchObject([
      { type: 'miss', reason: 'absent' },
      { type: 'fault', operation: 'set', key: '42', cause: { code: 'CAS_ENCODE' } },
      { type: 'fill', outcome: 'rejected' },
    ]);
  });

  it('refused by the isolation', async () => {
    const { cache, events } = new Embedded({ isolation: 'frozen' });
    const value = new Map([['a', 1]]);
    expect(await cache.getOrLoad('42', () => value)).toBe(value);
    expect(value.set('b', 2).size).toBe(2);
    expect(events.of('fault')).toMatchObject([{ operation: 'set', key: '42', cause: { code: 'CAS_VALUE' } }]);
    expect(await cache.get('42')).toBeUndefined();
  });

  it('refused by the provider', async () => {
    const stores = MEMORY.rig();
    stores.entries.refuses = () => true;
    expect(await stores.cache.getOrLoad('42', () => 'loaded')).toBe('loaded');
    expect(stores.events.of('fill')).toMatchObject([{ outcome: 'rejected' }]);
  });
});
