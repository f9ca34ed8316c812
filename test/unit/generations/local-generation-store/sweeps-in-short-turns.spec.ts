import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';

import { ABSENT } from '../../../../lib/contracts/generation-store.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { resolveLocalOptions } from '../../../../lib/generations/local-options.js';
import { HandTimers } from '../../../support/hand-timers.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;

function make() {
  const time = { now: 1_763_000_000_000 };
  const timers = new HandTimers();
  return {
    time,
    timers,
    store: new LocalGenerationStore({ clock: () => time.now, monotonicClock: () => time.now, timers }),
  };
}

/** How many of the keys are left. Asked last: asking is a touch. */
const left = (store: LocalGenerationStore, keys: string[]): number =>
  store.currentMany(keys).filter((reading) => reading !== ABSENT).length;

describe('the sweep of LocalGenerationStore', () => {
  it('begins with the first key, on a timer that never keeps the process alive', () => {
    const { store, timers } = make();
    store.current('k');
    store.clear('');
    expect(timers.pending).toHaveLength(0);
    store.snapshot('k');
    store.snapshot('l');
    expect(timers.pending).toHaveLength(1);
    expect(timers.pending[0]!.referenced).toBe(false);
    timers.runNext();
    expect(timers.pending).toHaveLength(1);
    expect(timers.pending[0]!.referenced).toBe(false);
  });

  it('keeps nothing of the request that brought the first key', async () => {
    const { timers } = resolveLocalOptions({});
    const request = new AsyncLocalStorage<string>();
    const seen = request.run(
      'a request',
      () => new Promise((resolve) => void timers.setTimeout(() => resolve(request.getStore()), 1)),
    );
    expect(await seen).toBeUndefined();
  });

  it('never keeps the process alive with Node’s own timers either', () => {
    const holding = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = holding();
    const store = new LocalGenerationStore();
    store.snapshot('k');
    expect(holding()).toBe(before);
    store.close();
  });

  it('calls Node’s own timers off', async () => {
    const { timers } = resolveLocalOptions({});
    let rung = false;
    timers.clearTimeout(timers.setTimeout(() => (rung = true), 1));
    await new Promise((resume) => void timers.setTimeout(() => resume(undefined), 5));
    expect(rung).toBe(false);
  });

  it('looks at a bounded number of keys a turn and comes back soon for the others', () => {
    const { store, timers, time } = make();
    const keys = Array.from({ length: 2_500 }, (_, n) => `single:a:${n}`);
    store.snapshotMany(keys);
    time.now += 31 * DAY;
    const counts: number[] = [];
    for (const each of [1_000, 2_000, 2_500]) {
      timers.runNext();
      counts.push(timers.pending[0]?.ms ?? 0);
      if (each < 2_500) expect(timers.pending).toHaveLength(1);
    }
    // Two more turns at once, then nothing is left to watch.
    expect(counts).toEqual([20, 20, 0]);
    expect(left(store, keys)).toBe(0);
  });

  it('prunes no more than that in one turn', () => {
    const { store, timers, time } = make();
    const keys = Array.from({ length: 2_500 }, (_, n) => `k${n}`);
    store.snapshotMany(keys);
    time.now += 31 * DAY;
    timers.runNext();
    expect(left(store, keys)).toBe(1_500);
  });

  it('rests for an epoch after a whole round while keys are left, and ends when none is', () => {
    const { store, timers, time } = make();
    store.snapshot('k');
    expect(timers.runNext()).toBe(HOUR);
    expect(timers.runNext()).toBe(HOUR);
    store.clear('');
    timers.runNext();
    expect(timers.pending).toHaveLength(0);
    time.now += 1;
    store.bump('k');
    expect(timers.pending).toHaveLength(1);
  });

  it('goes on over keys and whole namespaces that come and go between two turns', () => {
    const { store, timers, time } = make();
    const names = ['single:a:', 'single:b:', 'single:c:'];
    const scopes = names.map((name) => store.scope(name));
    const keys = Array.from({ length: 1_500 }, (_, n) => `${n}`);
    for (const scope of scopes) scope.snapshotMany(keys);
    time.now += 31 * DAY;
    timers.runNext();
    store.clear('single:a:');
    const kept = scopes[0]!.snapshot('new');
    scopes[1]!.bump('0');
    for (let turn = 0; turn < 4; turn++) timers.runNext();
    expect(scopes[0]!.current('new')).toBe(kept);
    expect(scopes[1]!.current('0')).not.toBe(ABSENT);
    expect(
      left(
        store,
        names.flatMap((name) => keys.map((key) => name + key)),
      ),
    ).toBe(1);
  });

  it('takes no key that was issued again after a clear', () => {
    const { store, timers, time } = make();
    const keys = Array.from({ length: 2_500 }, (_, n) => `k${n}`);
    store.snapshotMany(keys);
    time.now += 31 * DAY;
    timers.runNext();
    store.clear('');
    store.snapshotMany(keys);
    while (timers.runNext() === 20);
    expect(left(store, keys)).toBe(2_500);
  });

  it('close is idempotent and leaves no timer', () => {
    const { store, timers } = make();
    const scope = store.scope('single:a:');
    const before = scope.bump('k');
    store.close();
    store.close();
    expect(timers.pending).toHaveLength(0);

    expect(scope.current('k')).toBe(ABSENT);
    expect(scope.snapshot('k')).toBe(0);
    expect(store.snapshot('l')).toBe(0);
    expect(scope.bump('k')).toBeGreaterThan(before);
    expect(scope.current('k')).toBe(ABSENT);
    expect(scope.extend('k', before, 1_000)).toBe(false);
    expect(timers.pending).toHaveLength(0);
  });
});
