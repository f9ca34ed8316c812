import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import type { CasHooks, LoadBeginEvent } from '../../../../../lib/contracts/hooks.js';
import { Deferred } from '../../../../support/core/deferred.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { RecordedEvents } from '../../../../support/core/recorded-events.js';
import { ATOMIC, MEMORY } from '../../../../support/core/topologies.js';
import type { Topology } from '../../../../support/core/topologies.js';

const LOADS = ['load-begin', 'load-end', 'load-join'] as const;

describe.each([MEMORY, ATOMIC])('loads are told: $name', ({ rig }: Topology) => {
  it('its begin and its end, with how long the loader took and how many calls shared it', async () => {
    const events = new RecordedEvents(LOADS);
    const { cache, timers } = rig({ hooks: [events] });
    const row = new Deferred<string>();
    const first = cache.getOrLoad('42', () => row.promise);
    await settled();
    const second = cache.getOrLoad('42', () => 'unused');
    await settled();
    timers.advance(120);
    row.resolve('new');
    expect(await Promise.all([first, second])).toEqual(['new', 'new']);
    const load = { namespace: cache.namespace, id: 1, keys: ['42'] };
    expect(events.all).toEqual([
      { type: 'load-begin', ...load, refresh: false },
      { type: 'load-join', ...load },
      { type: 'load-end', ...load, refresh: false, outcome: 'loaded', durationMs: 120, shared: 1 },
    ]);
  });

  it('each has a number of its own', async () => {
    const events = new RecordedEvents(LOADS);
    const { cache } = rig({ hooks: [events] });
    await cache.getOrLoad('a', () => 'value');
    await cache.getOrLoad('b', () => 'value');
    expect(events.of('load-end').map(({ id }) => id)).toEqual([1, 2]);
  });

  it('of many keys, one load', async () => {
    const events = new RecordedEvents(LOADS);
    const { cache } = rig({ hooks: [events] });
    await cache.getOrLoadMany(['a', 'b'], (keys) => new Map(keys.map((key) => [key, key])));
    expect(events.all.map((event) => [event.type, 'keys' in event && event.keys])).toEqual([
      ['load-begin', ['a', 'b']],
      ['load-end', ['a', 'b']],
    ]);
  });

  it('an error of the loader', async () => {
    const events = new RecordedEvents(LOADS);
    const { cache } = rig({ hooks: [events] });
    const cause = new Error('the source is down');
    await expect(cache.getOrLoad('42', () => Promise.reject(cause))).rejects.toBe(cause);
    expect(events.of('load-end')).toMatchObject([{ outcome: 'failed', cause }]);
  });

  it('one that took too long ends when it is given up, and not again', async () => {
    const events = new RecordedEvents(LOADS);
    const { cache, timers } = rig({ hooks: [events] });
    const row = new Deferred<string>();
    const call = cache.getOrLoad('42', () => row.promise, { loadTimeout: 100 });
    const failed = expect(call).rejects.toThrow('loadTimeout');
    await settled();
    timers.advance(100);
    await failed;
    row.resolve('late');
    await settled();
    expect(events.of('load-end')).toMatchObject([{ outcome: 'timed-out', durationMs: 100 }]);
  });

  it('one that every caller gave up', async () => {
    const events = new RecordedEvents(LOADS);
    const { cache } = rig({ hooks: [events] });
    const abort = new AbortController();
    const call = cache.getOrLoad('42', () => new Promise(() => undefined), { signal: abort.signal });
    const failed = expect(call).rejects.toThrow('given up');
    await settled();
    abort.abort(new Error('given up'));
    await failed;
    expect(events.of('load-end')).toMatchObject([{ outcome: 'aborted' }]);
  });

  it('a refresh says that it is one', async () => {
    const events = new RecordedEvents(LOADS);
    const { cache, timers } = rig({ hooks: [events], fresh: 1_000, ttl: 60_000 });
    await cache.getOrLoad('42', () => 'old');
    timers.advance(2_000);
    expect(await cache.getOrLoad('42', () => 'new')).toBe('old');
    await settled();
    expect(events.of('load-end').map(({ refresh, outcome }) => [refresh, outcome])).toEqual([
      [false, 'loaded'],
      [true, 'loaded'],
    ]);
  });
});

describe('around a load', () => {
  const { rig } = MEMORY;

  it('the loader runs in the context that a hook makes, the outermost hook first', async () => {
    const spans = new AsyncLocalStorage<string>();
    const around: LoadBeginEvent[] = [];
    const span = (name: string): CasHooks => ({
      events: [],
      onEvent: () => undefined,
      aroundLoad: (event, next) => {
        around.push(event);
        return spans.run(`${spans.getStore() ?? ''}/${name}`, next);
      },
    });
    const { cache } = rig({ hooks: [span('outer'), span('inner')] });
    const loader = async (): Promise<string | undefined> => {
      await Promise.resolve();
      return spans.getStore();
    };
    expect(await spans.run('request', () => cache.getOrLoad('42', loader))).toBe('request/outer/inner');
    expect(around).toMatchObject([{ keys: ['42'] }, { keys: ['42'] }]);
  });

  const GUESTS: readonly [string, NonNullable<CasHooks['aroundLoad']>][] = [
    [
      'throws before',
      () => {
        throw new Error('a fault of the hook');
      },
    ],
    [
      'throws after',
      (_, next) => {
        void next();
        throw new Error('a fault of the hook');
      },
    ],
    ['forgets to go on', () => undefined],
    ['never ends', () => new Promise(() => undefined)],
    [
      'rejects',
      async (_, next) => {
        await next();
        throw new Error('a fault of the hook');
      },
    ],
    [
      'goes on later, and twice',
      async (_, next) => {
        await Promise.resolve();
        await Promise.all([next(), next()]);
      },
    ],
    ['answers something else', () => 'something else'],
  ];

  it.each(GUESTS)('a hook that %s: the loader is called once, and its value is the answer', async (_, aroundLoad) => {
    const { cache } = rig({ hooks: [{ events: [], onEvent: () => undefined, aroundLoad }] });
    let calls = 0;
    const load = async (): Promise<number> => {
      await Promise.resolve();
      return ++calls;
    };
    expect(await cache.getOrLoad('42', load)).toBe(1);
    await settled();
    expect(calls).toBe(1);
  });

  it.each(GUESTS)('a hook that %s: an error of the loader is that of the caller', async (_, aroundLoad) => {
    const { cache } = rig({ hooks: [{ events: [], onEvent: () => undefined, aroundLoad }] });
    const cause = new Error('the source is down');
    await expect(cache.getOrLoad('42', () => Promise.reject(cause))).rejects.toBe(cause);
  });
});
