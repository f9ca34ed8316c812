import { describe, expect, it } from '@jest/globals';

import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { runningLoads } from '../../../../support/core/running-loads.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('concurrent callers of a key in one process share one load: $name', ({ rig }) => {
  it('1,000 concurrent callers of one cold key: the loader runs once', async () => {
    const { cache, events } = rig();
    let loads = 0;
    const load = async (): Promise<object> => {
      await settled();
      return { load: ++loads };
    };
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => cache.getOrLoad('42', load)));
    expect(loads).toBe(1);
    expect(answers).toEqual(answers.map(() => ({ load: 1 })));
    expect(events.of('fill')).toHaveLength(1);
    expect(cache.stats()).toMatchObject({ loads: { run: 1, shared: 999, failed: 0 } });
  });

  it('each gets a copy of his own, those who come late too', async () => {
    const { cache } = rig();
    const gate = new Deferred<{ tags: string[] }>();
    const callers = [1, 2, 3].map(() => cache.getOrLoad('42', () => gate.promise) as Promise<{ tags: string[] }>);
    await settled();
    callers.push(cache.getOrLoad('42', () => gate.promise) as Promise<{ tags: string[] }>);
    await settled();
    const changing = callers.map(async (caller, i) => {
      const value = await caller;
      value.tags.push(`changed by ${i}`);
      return value.tags;
    });
    gate.resolve({ tags: [] });
    expect(await Promise.all(changing)).toEqual(changing.map((_, i) => [`changed by ${i}`]));
    expect(await cache.get('42')).toEqual({ tags: [] });
  });

  it('a rejected load rejects them all and is not cached; the next call loads again', async () => {
    const { cache } = rig();
    const cause = new Error('the database is down');
    const gate = new Deferred<string>();
    const callers = Array.from({ length: 10 }, () => cache.getOrLoad('42', () => gate.promise));
    await settled();
    gate.reject(cause);
    const ends = await Promise.allSettled(callers);
    expect(ends).toEqual(ends.map(() => ({ status: 'rejected', reason: cause })));
    expect(cache.stats().loads).toMatchObject({ run: 1, failed: 1 });
    expect(await cache.getOrLoad('42', () => 'next time')).toBe('next time');
  });

  it('nothing is kept of a load when it has ended, however it did', async () => {
    const { cache } = rig();
    const controller = new AbortController();
    const ended = [
      cache.getOrLoad('loaded', () => 1),
      cache.getOrLoad('undefined', () => undefined),
      cache.getOrLoad('failed', () => Promise.reject(new Error('no'))),
      cache.getOrLoad('given up', () => new Promise(() => undefined), { signal: controller.signal }),
      cache.getOrLoad('skipped', (context) => context.skip()),
      cache.getOrLoadMany(['many', 'more'], () => new Map([['many', 1]])),
      cache.getOrLoadMany(['not', 'answered'], () => Promise.reject(new Error('no'))),
    ];
    await settled();
    expect(runningLoads(cache)).toBe(1);
    controller.abort();
    await Promise.allSettled(ended);
    expect(runningLoads(cache)).toBe(0);
  });

  it('an invalidation detaches the load: who comes after it loads anew, and only that is stored', async () => {
    const { cache } = rig();
    const old = new Deferred<string>();
    const first = cache.getOrLoad('42', () => old.promise);
    await settled();
    await cache.invalidate('42');
    const second = cache.getOrLoad('42', () => 'new');
    await settled();
    old.resolve('old');
    expect(await Promise.all([first, second])).toEqual(['old', 'new']);
    expect(await cache.get('42')).toBe('new');
  });

  it('an invalidation by another process detaches it as well', async () => {
    const stores = rig();
    const old = new Deferred<string>();
    const first = stores.cache.getOrLoad('42', () => old.promise);
    await settled();
    stores.generations.issue(stores.at('42'));
    const second = stores.cache.getOrLoad('42', () => 'new');
    await settled();
    old.resolve('old');
    expect(await Promise.all([first, second])).toEqual(['old', 'new']);
    expect(await stores.cache.get('42')).toBe('new');
  });

  it('a load that has run longer than the fill deadline is joined by nobody', async () => {
    const stores = rig();
    const hung = stores.cache.getOrLoad('42', () => new Promise(() => undefined));
    await settled();
    stores.timers.advance(59_000);
    const joined = stores.cache.getOrLoad('42', () => 'not called');
    await settled();
    stores.timers.advance(2_000);
    expect(await stores.cache.getOrLoad('42', () => 'anew')).toBe('anew');
    expect(await Promise.race([hung, joined, settled().then(() => 'they wait')])).toBe('they wait');
  });
});
