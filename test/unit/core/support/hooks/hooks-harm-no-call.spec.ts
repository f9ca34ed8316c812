import { describe, expect, it } from '@jest/globals';

import type { CacheEvent, CasHooks } from '../../../../../lib/contracts/hooks.js';
import { Reporter } from '../../../../../lib/core/support/reporter.js';
import { settled } from '../../../../support/core/manual-timers.js';
import { RecordedEvents } from '../../../../support/core/recorded-events.js';
import { ATOMIC, MEMORY } from '../../../../support/core/topologies.js';

const BAD_HOOKS: readonly { readonly how: string; readonly onEvent: (event: CacheEvent) => unknown }[] = [
  {
    how: 'throws',
    onEvent: () => {
      throw new Error('a bad hook');
    },
  },
  { how: 'rejects', onEvent: () => Promise.reject(new Error('a bad hook')) },
  { how: 'blocks', onEvent: () => new Promise(() => undefined) },
  {
    how: 'answers a thenable that throws',
    onEvent: () => ({
      // oxlint-disable-next-line unicorn/no-thenable -- the point of it
      then: () => {
        throw new Error('a bad thenable');
      },
    }),
  },
];

describe.each(BAD_HOOKS)('a hook that $how harms no call', ({ onEvent }) => {
  it.each([MEMORY, ATOMIC])('nor the hooks beside it: $name', async ({ rig }) => {
    const after = new RecordedEvents();
    const stores = rig({ hooks: [{ onEvent }, after] });
    const observed = await stores.cache.snapshotGen('42');
    expect(await stores.cache.setWithGen('42', 'v', observed)).toBe('stored');
    expect(await stores.cache.get('42')).toBe('v');
    await stores.cache.invalidate('42');
    expect(await stores.cache.getOrLoad('42', () => 'new')).toBe('new');
    await stores.cache.clear();
    await settled();
    expect(after.all).toEqual(stores.events.all);
    expect(after.all.map(({ type }) => type)).toEqual(['fill', 'hit', 'invalidate', 'miss', 'fill', 'clear']);
  });
});

describe('hooks', () => {
  it('are told in their order, each of them', () => {
    const told: string[] = [];
    const hook = (name: string): CasHooks => ({ onEvent: ({ type }) => told.push(`${name} ${type}`) });
    const reporter = new Reporter('user', [hook('first'), hook('second')]);
    reporter.clear();
    expect(told).toEqual(['first clear', 'second clear']);
  });

  it('get only the events they name', () => {
    const faults: CacheEvent[] = [];
    const nothing: CacheEvent[] = [];
    const reporter = new Reporter('user', [
      { events: ['fault', 'clear'], onEvent: (event) => faults.push(event) },
      { events: [], onEvent: (event) => nothing.push(event) },
    ]);
    reporter.hit('a');
    reporter.miss('a', 'absent');
    reporter.fill('a', 'stored');
    reporter.bulkFill(1, 'stored', true);
    reporter.invalidate('a', 7);
    reporter.heal('a', 'stale');
    reporter.warnOnce('topic', 'text');
    reporter.fault('get', 'a', 'cause');
    reporter.clear();
    expect(faults.map(({ type }) => type)).toEqual(['fault', 'clear']);
    expect(nothing).toEqual([]);
  });

  it('are called as a method of their object', async () => {
    class Counting implements CasHooks {
      count = 0;
      onEvent(): void {
        this.count++;
      }
    }
    const hook = new Counting();
    await MEMORY.rig({ hooks: [hook] }).cache.get('42');
    expect(hook.count).toBe(1);
  });

  it('may use the cache they listen to', async () => {
    const stores = MEMORY.rig({
      hooks: [{ events: ['clear'], onEvent: () => stores.cache.get('from a hook') }],
    });
    await stores.cache.clear();
    await settled();
    expect(stores.events.of('miss').map(({ key }) => key)).toEqual(['from a hook']);
  });

  it('events after close are dropped', async () => {
    const stores = MEMORY.rig();
    await stores.cache.get('before');
    await stores.cache.close();
    await stores.cache.get('after');
    await stores.cache.invalidate('after').catch(() => undefined);
    expect(stores.events.all.map((event) => 'key' in event && event.key)).toEqual(['before']);
    expect(stores.cache.stats().misses).toMatchObject({ absent: 1, disabled: 1 });
  });
});
