import { AsyncLocalStorage } from 'node:async_hooks';

import { describe, expect, it } from '@jest/globals';

import type { LoadContext } from '../../../../../lib/core/loading/load-context.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import type { Rig } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const SOFT = { ttl: '1h', fresh: '1m' } as const;
const MINUTE = 60_000;

/** A rig with an entry that is past its soft ttl. */
async function aged(make: () => Rig): Promise<Rig> {
  const stores = make();
  await stores.cache.getOrLoad('42', () => 'old', SOFT);
  stores.timers.advance(MINUTE);
  return stores;
}

describe.each(TOPOLOGIES)('a hit past its soft ttl: $name', ({ rig }) => {
  const young = (): Rig => rig();

  it('a younger one is served, and nothing is loaded', async () => {
    const { cache, timers } = rig();
    await cache.getOrLoad('42', () => 'old', SOFT);
    timers.advance(MINUTE - 1);
    expect(await cache.getOrLoad('42', () => 'new', SOFT)).toBe('old');
    await settled();
    expect(cache.stats().loads.run).toBe(1);
  });

  it('is served at once and refreshed in the background, once', async () => {
    const { cache, events } = await aged(young);
    const gate = new Deferred<string>();
    let loads = 0;
    const load = (): Promise<string> => {
      loads++;
      return gate.promise;
    };
    for (let i = 0; i < 3; i++) expect(await cache.getOrLoad('42', load, SOFT)).toBe('old');
    expect(loads).toBe(1);
    expect(events.of('stale')).toMatchObject([1, 2, 3].map(() => ({ key: '42', reason: 'refreshing' })));
    gate.resolve('new');
    await settled();
    expect(await cache.getOrLoad('42', load, SOFT)).toBe('new');
    expect(loads).toBe(1);
  });

  it('many at once are refreshed by one load', async () => {
    const stores = await aged(young);
    await stores.cache.getOrLoad('7', () => 'old', { ...SOFT, fresh: 1 });
    stores.timers.advance(1);
    const asked: string[][] = [];
    const answer = await stores.cache.getOrLoadMany(
      ['42', '7'],
      (keys) => {
        asked.push(keys);
        return new Map(keys.map((key) => [key, 'new']));
      },
      SOFT,
    );
    await settled();
    expect([answer, asked]).toEqual([
      new Map([
        ['42', 'old'],
        ['7', 'old'],
      ]),
      [['42', '7']],
    ]);
    expect(await stores.cache.get('7')).toBe('new');
  });

  it('the refresh is not tied to the caller: neither to its signal nor to its async context', async () => {
    const { cache } = await aged(young);
    const controller = new AbortController();
    const gate = new Deferred<string>();
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    let context: LoadContext | undefined;
    const load = (told: LoadContext): Promise<string> => {
      context = told;
      seen.push(request.getStore());
      return gate.promise;
    };
    const { signal } = controller;
    const served = await request.run('a request', () => cache.getOrLoad('42', load, { ...SOFT, signal }));
    controller.abort();
    await settled();
    expect([served, seen, context?.signal.aborted]).toEqual(['old', [undefined], false]);
    gate.resolve('new');
    await settled();
    expect(await cache.get('42')).toBe('new');
  });

  it('an early refresh comes before the soft ttl is over, and serves nothing stale', async () => {
    const { cache, timers, events } = rig();
    const day = 24 * 60 * MINUTE;
    const early = { ttl: 2 * day, fresh: day, earlyRefresh: 0.5 };
    await cache.getOrLoad('42', () => 'old', early);
    timers.advance(day / 2 - 1);
    expect(await cache.getOrLoad('42', () => 'too early', early)).toBe('old');
    timers.advance(day / 2);
    expect(await cache.getOrLoad('42', () => 'new', early)).toBe('old');
    await settled();
    expect(await cache.getOrLoad('42', () => 'never', early)).toBe('new');
    expect(events.of('stale')).toEqual([]);
  });

  it('a refresh that fails is a fault, and the old value is served on', async () => {
    const { cache, events } = await aged(young);
    const cause = new Error('the database is down');
    const failing = (): Promise<never> => Promise.reject(cause);
    expect(await cache.getOrLoad('42', failing, SOFT)).toBe('old');
    await settled();
    expect(events.of('fault')).toMatchObject([{ operation: 'refresh', key: '42', cause }]);
    expect(await cache.getOrLoad('42', failing, SOFT)).toBe('old');
  });

  it('an invalidated value is never served, however fresh', async () => {
    for (const stores of [await aged(young), young()]) {
      await stores.cache.getOrLoad('42', () => 'old', SOFT);
      await stores.cache.invalidate('42');
      expect(await stores.cache.getOrLoad('42', () => 'new', { ...SOFT, staleIfError: true })).toBe('new');
    }
  });

  it('what a refresh has loaded before an invalidation is not stored', async () => {
    for (const invalidate of [
      (stores: Rig): unknown => stores.cache.invalidate('42'),
      (stores: Rig): unknown => stores.generations.issue(stores.at('42')),
    ]) {
      const stores = await aged(young);
      const gate = new Deferred<string>();
      expect(await stores.cache.getOrLoad('42', () => gate.promise, SOFT)).toBe('old');
      await invalidate(stores);
      gate.resolve('loaded before');
      await settled();
      expect(await stores.cache.get('42')).toBeUndefined();
    }
  });
});
