import { describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { HandTimers } from '../../../support/hand-timers.js';

const DAY = 86_400_000;
const LEASE = 30_000;
const NOW = 1_763_000_000_000;

function make(maxKeys?: number) {
  const time = { now: NOW, looks: 0 };
  const timers = new HandTimers();
  const clock = (): number => {
    time.looks++;
    return time.now;
  };
  return { time, timers, store: new LocalGenerationStore({ maxKeys, clock, monotonicClock: clock, timers }) };
}

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name}${n}`);

/** Of the keys, those that are there. Asked last: asking is a use. */
const there = (store: LocalGenerationStore, keys: readonly string[]): string[] =>
  keys.filter((key) => store.current(key) !== ABSENT);

describe('LocalGenerationStore: a key that a writer has open', () => {
  it('is never evicted, however many keys come after it', () => {
    const { store, time } = make(10);
    store.intents.open(['w'], 'token', LEASE);
    for (let n = 0; n < 100; n++) {
      store.snapshot(`k${n}`);
      if (n % 20 === 0) time.now += 1;
    }
    expect(store.current('w')).toBe(OPEN);
    expect(there(store, numbered('k', 100))).toHaveLength(9);
    expect(store.intents.settle(['w'], 'token')).toEqual([{ generation: expect.any(Number), held: true }]);
  });

  it('is kept beyond the bound when all keys are open, and the store comes back to its bound afterwards', () => {
    const { store } = make(4);
    const open = numbered('w', 8);
    store.intents.open(open, 'token', LEASE);
    expect(store.snapshot('k')).toBeGreaterThan(0);
    expect(store.currentMany(open)).toEqual(open.map(() => OPEN));

    store.intents.settle(open, 'token');
    const later = numbered('later', 10);
    store.snapshotMany(later);
    expect(there(store, [...open, 'k', ...later])).toHaveLength(4);
    expect(store.current('later9')).not.toBe(ABSENT);
  });

  it('makes a new key cost no more than a bounded number of looks, also where very many keys are open', () => {
    const { store } = make(2_500);
    store.snapshot('first');
    store.intents.open(numbered('w', 2_500), 'token', LEASE);
    const plain = numbered('k', 50);
    store.snapshotMany(plain);
    expect(there(store, numbered('w', 2_500))).toHaveLength(2_500);
    // They take each other's place: open keys alone are above the bound.
    expect(there(store, plain).length).toBeLessThan(10);
  });

  it('may be evicted once its writers have run out', () => {
    const { store, time } = make(1);
    store.intents.open(['w'], 'token', LEASE);
    time.now += LEASE;
    store.snapshot('k');
    expect(store.current('w')).toBe(ABSENT);
  });

  it('is not pruned, by neither the sweep nor cleanup, until its writers have run out', () => {
    const { store, time, timers } = make();
    store.intents.open(['w'], 'token', 90 * DAY);
    store.snapshot('idle');
    time.now += 89 * DAY;
    timers.runNext();
    store.cleanup();
    store.scope('single:other:');
    time.now += DAY - 1;
    store.cleanup();
    expect(there(store, ['w', 'idle'])).toEqual(['w']);

    time.now += 90 * DAY;
    store.cleanup();
    expect(there(store, ['w'])).toEqual([]);
  });

  it('stays through every clear that covers it, wholly or in part, and goes with the next once its writers have run out', () => {
    const { store, time } = make();
    const scope = store.scope('single:a:');
    store.intents.open(['single:a:w', 'loose'], 'token', LEASE);
    store.snapshotMany(['single:a:k', 'plain']);
    const keys = ['single:a:w', 'single:a:k', 'loose', 'plain'];
    store.clear('single:a:w');
    scope.clear('w');
    scope.clear('');
    store.clear('');
    expect(store.currentMany(keys)).toEqual([OPEN, ABSENT, OPEN, ABSENT]);

    time.now += LEASE;
    store.clear('');
    expect(store.currentMany(keys)).toEqual([ABSENT, ABSENT, ABSENT, ABSENT]);
  });

  it('counts against the bound after a clear that kept it', () => {
    const { store } = make(3);
    store.intents.open(['w'], 'token', LEASE);
    store.snapshotMany(['k', 'l']);
    store.clear('');
    const after = numbered('n', 4);
    store.snapshotMany(after);
    expect(there(store, ['w', ...after])).toHaveLength(3);
  });

  it('is the same key through a scope, also through one that is made while it is open', () => {
    const { store } = make();
    store.intents.open(['single:a:w'], 'token', LEASE);
    const scope = store.scope('single:a:');
    expect(scope.current('w')).toBe(OPEN);
    expect(scope.snapshot('w')).toBe(0);
    expect(store.intents.renew(['single:a:w'], 'token', LEASE)).toEqual([true]);
    store.clear('');
    const [settled] = store.intents.settle(['single:a:w'], 'token') as { generation: number; held: boolean }[];
    expect(settled?.held).toBe(true);
    expect(scope.current('w')).toBe(settled?.generation);
  });

  it('costs a read no look at the clock, so that it reads open until a call that issues finds its writers gone', () => {
    const { store, time } = make();
    store.intents.open(['w', 'v'], 'token', LEASE);
    time.now += LEASE;
    const { looks } = time;
    expect(store.current('w')).toBe(OPEN);
    expect(store.currentMany(['w', 'v'])).toEqual([OPEN, OPEN]);
    expect(store.extend('w', OPEN, LEASE)).toBe(false);
    expect(time.looks).toBe(looks);
    expect(store.snapshot('w')).toBe(store.current('w'));
    expect(store.current('v')).toBe(OPEN);
  });

  it('stays open while the clock tells no number, and runs out when it does again', () => {
    const { store, time } = make();
    store.snapshot('before');
    for (const nonsense of [Number.NaN, Infinity, -Infinity]) {
      time.now = nonsense;
      store.intents.open(['w'], 'token', LEASE);
      expect(store.snapshot('w')).toBe(0);
      time.now = NOW + LEASE;
      expect(store.snapshot('w')).toBeGreaterThan(0);
      time.now = NOW;
      store.bump('w');
    }
  });

  it('is forgotten with all others when the store is closed', () => {
    const { store, timers } = make();
    const scope = store.scope('single:a:');
    store.intents.open(['single:a:w'], 'token', LEASE);
    store.close();
    expect(scope.current('w')).toBe(ABSENT);
    expect(store.intents.open(['single:a:w'], 'token', LEASE)).toEqual([undefined]);
    expect(store.intents.renew(['single:a:w'], 'token', LEASE)).toEqual([false]);
    expect(store.intents.settle(['single:a:w'], 'token')).toEqual([{ generation: expect.any(Number), held: false }]);
    expect(scope.current('w')).toBe(ABSENT);
    expect(timers.pending).toHaveLength(0);
  });
});
