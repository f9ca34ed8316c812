import { describe, expect, it } from '@jest/globals';

import { ABSENT } from '../../../../lib/contracts/generation-store.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { HandTimers } from '../../../support/hand-timers.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function make(retention?: number) {
  const time = { now: 1_763_000_000_000 };
  const timers = new HandTimers();
  return {
    time,
    timers,
    store: new LocalGenerationStore({ retention, clock: () => time.now, monotonicClock: () => time.now, timers }),
  };
}

describe('pruning of LocalGenerationStore', () => {
  it.each<[string, (store: LocalGenerationStore, generation: number) => unknown]>([
    ['current', (store) => store.current('k')],
    ['snapshot', (store) => store.snapshot('k')],
    ['bump', (store) => store.bump('k')],
    ['a matching extend', (store, generation) => store.extend('k', generation, 1_000)],
  ])('local store: prune removes only the untouched, and %s is a touch', (_, touch) => {
    const { time, store, timers } = make();
    const [generation] = store.snapshotMany(['k', 'idle']);
    time.now += 29 * DAY;
    timers.runNext();
    touch(store, generation!);
    time.now += 2 * DAY;
    store.cleanup();
    expect(store.currentMany(['k', 'idle']).map((reading) => reading !== ABSENT)).toEqual([true, false]);
  });

  it('does not take an extend that did not match for a touch', () => {
    const { time, store, timers } = make();
    const generation = store.snapshot('k');
    time.now += 29 * DAY;
    timers.runNext();
    expect(store.extend('k', generation + 1, 90 * DAY)).toBe(false);
    time.now += 2 * DAY;
    store.cleanup();
    expect(store.current('k')).toBe(ABSENT);
  });

  it('keeps for 30 days by default, and drops some hours later', () => {
    const { time, store } = make();
    store.snapshot('single:a:k');
    store.scope('single:b:').snapshot('k');
    time.now += 30 * DAY;
    store.cleanup();
    const keys = ['single:a:k', 'single:b:k'];
    expect(store.currentMany(keys)).not.toContain(ABSENT);
    time.now += 30 * DAY + 4 * HOUR;
    store.cleanup();
    expect(store.currentMany(keys)).toEqual([ABSENT, ABSENT]);
  });

  it('lets a retention below the fill deadline count as a minute, and an infinite one as never', () => {
    for (const [retention, kept, dropped] of [
      [1, 60_000, 80_000],
      [Infinity, 1_000 * DAY, undefined],
    ] as const) {
      const { time, store } = make(retention);
      store.snapshot('k');
      time.now += kept;
      store.cleanup();
      expect(store.current('k')).not.toBe(ABSENT);
      if (dropped === undefined) continue;
      time.now += dropped;
      store.cleanup();
      expect(store.current('k')).toBe(ABSENT);
    }
  });

  it('keeps a generation a minute longer than an entry that was filled under it, also beyond the retention', () => {
    const { time, store } = make(60_000);
    const generation = store.snapshot('k');
    expect(store.extend('k', generation, HOUR)).toBe(true);
    store.current('k');
    time.now += HOUR + 60_000;
    store.cleanup();
    expect(store.current('k')).toBe(generation);
    time.now += 2 * 60_000;
    store.cleanup();
    expect(store.current('k')).toBe(ABSENT);
  });

  it('forgets what a clock told that is no number', () => {
    const { time, store } = make();
    store.snapshot('before');
    const then = time.now;
    for (const nonsense of [Number.NaN, Infinity, -Infinity]) {
      time.now = nonsense;
      store.snapshot(`at ${nonsense}`);
      store.cleanup();
    }
    const keys = ['before', 'at NaN', 'at Infinity', 'at -Infinity'];
    time.now = then + 29 * DAY;
    expect(store.currentMany(keys)).not.toContain(ABSENT);
    time.now = then + 60 * DAY;
    store.cleanup();
    expect(store.currentMany(keys)).toEqual(keys.map(() => ABSENT));
  });

  it('only drops more slowly when the clock goes back', () => {
    const { time, store } = make();
    const generation = store.snapshot('k');
    time.now -= 90 * DAY;
    store.cleanup();
    expect(store.current('k')).toBe(generation);
  });
});
