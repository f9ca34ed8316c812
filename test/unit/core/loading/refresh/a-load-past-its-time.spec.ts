import { describe, expect, it } from '@jest/globals';

import { CasLoadTimeoutError } from '../../../../../lib/errors.js';
import type { LoadContext } from '../../../../../lib/core/loading/load-context.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { runningLoads } from '../../../../support/core/running-loads.js';
import type { Rig, RigOptions } from '../../../../support/core/rig.js';
import { TOPOLOGIES } from '../../../../support/core/topologies.js';

const MINUTE = 60_000;
const failed = (error: unknown): unknown => error;

/** A load that has taken longer than its second, and goes on. */
async function overrun(rig: (options?: RigOptions) => Rig, options: RigOptions = {}) {
  const stores = rig(options);
  const gate = new Deferred<string>();
  const loads: string[] = [];
  const ask = (loadTimeout?: '1s' | '10s', name = 'next'): Promise<unknown> => {
    const load = (): Promise<string> | string => {
      loads.push(name);
      return name === 'slow' ? gate.promise : name;
    };
    return stores.cache.getOrLoad('42', load, { loadTimeout }).catch(failed);
  };
  const first = ask('1s', 'slow');
  await settled();
  stores.timers.advance(1_000);
  expect(await first).toBeInstanceOf(CasLoadTimeoutError);
  return { stores, gate, loads, ask };
}

describe.each(TOPOLOGIES)('a load past its loadTimeout: $name', ({ rig }) => {
  it('is stored when its loader returns before the fill deadline', async () => {
    const { stores, gate } = await overrun(rig);
    stores.timers.advance(MINUTE - 2_000);
    gate.resolve('slow');
    await settled();
    expect(await stores.cache.get('42')).toBe('slow');
    expect(stores.cache.stats().loads).toEqual({ run: 1, failed: 1, shared: 0 });
    expect(runningLoads(stores.cache)).toBe(0);
  });

  it('is not stored when the key was invalidated meanwhile', async () => {
    const { stores, gate } = await overrun(rig);
    await stores.cache.invalidate('42');
    gate.resolve('slow');
    await settled();
    expect(await stores.cache.get('42')).toBeUndefined();
    expect(stores.cache.stats().fills.stale).toBe(1);
  });

  it('is joined meanwhile, by each caller for as long as its own load may take', async () => {
    const { stores, gate, loads, ask } = await overrun(rig);
    const [short, long, endless] = [ask('1s'), ask('10s'), ask()];
    await settled();
    stores.timers.advance(1_000);
    expect(await short).toBeInstanceOf(CasLoadTimeoutError);
    stores.timers.advance(5_000);
    gate.resolve('slow');
    expect(await long).toBe('slow');
    expect(await endless).toBe('slow');
    expect(loads).toEqual(['slow']);
  });

  it('is not joined by a caller that comes after an invalidation', async () => {
    const { stores, gate, ask } = await overrun(rig);
    await stores.cache.invalidate('42');
    const next = ask('10s');
    await settled();
    gate.resolve('slow');
    expect(await next).toBe('next');
    await settled();
    expect(await stores.cache.get('42')).toBe('next');
  });

  it('is not joined by a caller that comes after the invalidation of its tag', async () => {
    const { stores, gate } = await overrun(rig, { tags: true });
    const tagged = { tags: ['orders'], loadTimeout: '30s' } as const;
    void stores.cache.getOrLoad('42', () => 'joined', tagged).catch(failed);
    await settled();
    await stores.cache.invalidateTags('orders');
    const next = stores.cache.getOrLoad('42', () => 'next', tagged);
    await settled();
    gate.resolve('slow');
    expect(await next).toBe('next');
    await settled();
    expect(await stores.cache.get('42')).toBe('next');
  });

  it('keeps its key no longer than the fill deadline when its loader hangs', async () => {
    const { stores, ask, loads } = await overrun(rig);
    const joined = ask();
    await settled();
    stores.timers.advance(MINUTE);
    expect(await joined).toBeInstanceOf(CasLoadTimeoutError);
    expect(runningLoads(stores.cache)).toBe(0);
    expect(await ask('1s')).toBe('next');
    expect(loads).toEqual(['slow', 'next']);
  });

  it('makes room for the next of maxLoads', async () => {
    const { stores } = await overrun(rig, { maxLoads: 1 });
    expect(await stores.cache.getOrLoad('43', () => 'other')).toBe('other');
  });

  it('leaves no timer behind when it ends', async () => {
    const { stores, gate } = await overrun(rig);
    gate.resolve('slow');
    await settled();
    stores.timers.advance(1_000);
    expect(stores.timers.waiting).toBe(0);
  });

  it('fails those that joined it with its own error, when its loader fails', async () => {
    const { stores, gate, ask } = await overrun(rig);
    const joined = ask('10s');
    await settled();
    gate.reject(new Error('the database is down'));
    expect(await joined).toMatchObject({ message: 'the database is down' });
    expect(stores.cache.stats().loads.failed).toBe(1);
  });
});

describe.each(TOPOLOGIES)('a loader that has taken ctx.signal: $name', ({ rig }) => {
  it('is told, and what it makes of that is not stored', async () => {
    const { cache, timers } = rig();
    const load = (ctx: LoadContext): Promise<string> =>
      new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve('given up')));
    const answer = cache.getOrLoad('42', load, { loadTimeout: '1s' }).catch(failed);
    await settled();
    timers.advance(1_000);
    expect(await answer).toBeInstanceOf(CasLoadTimeoutError);
    await settled();
    expect(await cache.get('42')).toBeUndefined();
    expect(await cache.getOrLoad('42', () => 'next')).toBe('next');
  });

  it('so is one that takes it later', async () => {
    const { cache, timers } = rig();
    const gate = new Deferred();
    const load = async (ctx: LoadContext): Promise<string> => {
      await gate.promise;
      return ctx.signal.aborted ? 'given up' : 'loaded';
    };
    const answer = cache.getOrLoad('42', load, { loadTimeout: '1s' }).catch(failed);
    await settled();
    timers.advance(1_000);
    expect(await answer).toBeInstanceOf(CasLoadTimeoutError);
    gate.resolve();
    await settled();
    expect(await cache.get('42')).toBeUndefined();
  });
});

describe.each(TOPOLOGIES)('a refresh past its loadTimeout: $name', ({ rig }) => {
  it('is a fault, is not begun again while it goes on, and is stored', async () => {
    const { cache, timers, events } = rig();
    const options = { ttl: '1h', fresh: '1m', loadTimeout: '1s' } as const;
    await cache.getOrLoad('42', () => 'old', options);
    timers.advance(MINUTE);
    const gate = new Deferred<string>();
    let loads = 0;
    const load = (): Promise<string> => {
      loads++;
      return gate.promise;
    };
    expect(await cache.getOrLoad('42', load, options)).toBe('old');
    await settled();
    timers.advance(1_000);
    await settled();
    expect(events.of('fault')).toMatchObject([{ operation: 'refresh', cause: { code: 'CAS_LOAD_TIMEOUT' } }]);
    timers.advance(5_000);
    expect(await cache.getOrLoad('42', load, options)).toBe('old');
    gate.resolve('new');
    await settled();
    expect(loads).toBe(1);
    expect(await cache.get('42')).toBe('new');
  });
});
