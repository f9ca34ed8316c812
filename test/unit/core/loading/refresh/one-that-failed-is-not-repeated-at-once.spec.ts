import { describe, expect, it } from '@jest/globals';

import type { LoadOptions } from '../../../../../lib/core/options/load-options.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const SOFT = { ttl: '1h', fresh: '1m' } as const;

/** Entries past their soft ttl, and a source that is down until it is told otherwise. */
async function withSourceDown(rig: () => Rig, options: Partial<LoadOptions> = {}) {
  const stores = rig();
  for (const key of ['42', '43']) await stores.cache.getOrLoad(key, () => 'old', SOFT);
  stores.timers.advance(60_000);
  const source = { asked: 0, isUp: false };
  const read = (): string => {
    source.asked++;
    if (!source.isUp) throw new Error('the database is down');
    return 'new';
  };
  const one = async (): Promise<unknown> => {
    const found = await stores.cache.getOrLoad('42', read, { ...SOFT, ...options });
    await settled();
    return found;
  };
  const both = async (): Promise<unknown[]> => {
    const load = (keys: readonly string[]): Map<string, unknown> => new Map(keys.map((key) => [key, read()]));
    const found = await stores.cache.getOrLoadMany(['42', '43'], load, { ...SOFT, ...options });
    await settled();
    return [...found.values()];
  };
  return { stores, source, one, both };
}

describe.each(TOPOLOGIES)('while the source is down: $name', ({ rig }) => {
  it('hits do not ask it again and again: after a refresh that failed, a second passes', async () => {
    const { stores, source, one } = await withSourceDown(() => rig());
    for (let i = 0; i < 10; i++) expect(await one()).toBe('old');
    expect(source.asked).toBe(1);
    stores.timers.advance(999);
    expect(await one()).toBe('old');
    expect(source.asked).toBe(1);
    stores.timers.advance(1);
    expect(await one()).toBe('old');
    expect(source.asked).toBe(2);
    expect(stores.events.of('fault')).toHaveLength(2);
    source.isUp = true;
    stores.timers.advance(1_000);
    expect(await one()).toBe('old');
    expect(await one()).toBe('new');
  });

  it('nor do those of many keys, and each key has its own pause', async () => {
    const { stores, source, one, both } = await withSourceDown(() => rig());
    await one();
    expect(source.asked).toBe(1);
    // Of these only the other one is loaded.
    await both();
    expect(source.asked).toBe(2);
    await both();
    await one();
    expect(source.asked).toBe(2);
    stores.timers.advance(1_000);
    source.isUp = true;
    await both();
    expect(await both()).toEqual(['new', 'new']);
  });

  it('nor does each reader wait for it that wants a newer value, where an old one may be served on errors', async () => {
    const { stores, source, one, both } = await withSourceDown(() => rig(), { softTimeout: '1s', staleIfError: true });
    for (let i = 0; i < 10; i++) expect(await one()).toBe('old');
    expect(source.asked).toBe(1);
    expect(await both()).toEqual(['old', 'old']);
    expect(await both()).toEqual(['old', 'old']);
    expect(source.asked).toBe(2);
    expect(stores.cache.stats().stale).toMatchObject({ 'failed-load': 2 });
    source.isUp = true;
    stores.timers.advance(1_000);
    expect(await one()).toBe('new');
    expect(await both()).toEqual(['new', 'new']);
  });

  it('a reader to whom the error is to be told asks it each time', async () => {
    const { source, one } = await withSourceDown(() => rig(), { softTimeout: '1s', staleIfError: false });
    for (let i = 0; i < 3; i++) await expect(one()).rejects.toThrow('the database is down');
    expect(source.asked).toBe(3);
  });

  it('so does one that comes when a refresh has failed a moment ago', async () => {
    const { stores, source, one } = await withSourceDown(() => rig());
    expect(await one()).toBe('old');
    source.isUp = true;
    const options = { ...SOFT, softTimeout: '1s' } as const;
    expect(await stores.cache.getOrLoad('42', () => 'newer', options)).toBe('newer');
  });

  it('nobody waits again after a load that failed when its caller had been given the old value', async () => {
    const { stores, source, one } = await withSourceDown(() => rig(), { softTimeout: '1s', staleIfError: true });
    const slow = new Deferred<string>();
    const options = { ...SOFT, softTimeout: '1s', staleIfError: true } as const;
    const served = stores.cache.getOrLoad('42', () => slow.promise, options);
    await settled();
    stores.timers.advance(1_000);
    expect(await served).toBe('old');
    slow.reject(new Error('the database is down'));
    await settled();
    expect(await one()).toBe('old');
    expect(source.asked).toBe(0);
    stores.timers.advance(1_000);
    expect(await one()).toBe('old');
    expect(source.asked).toBe(1);
  });

  it('who misses asks it all the same', async () => {
    const { stores, source, one } = await withSourceDown(() => rig());
    await one();
    source.isUp = true;
    await stores.cache.invalidate('42');
    expect(await one()).toBe('new');
  });
});
