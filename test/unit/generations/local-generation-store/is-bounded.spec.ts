import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { ABSENT } from '../../../../lib/contracts/generation-store.js';
import { CasConfigError, CasTtlError } from '../../../../lib/errors.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import type { LocalGenerationStoreOptions } from '../../../../lib/generations/local-options.js';
import { HandTimers } from '../../../support/hand-timers.js';

function make(maxKeys: number) {
  const time = { now: 1_763_000_000_000 };
  return {
    time,
    store: new LocalGenerationStore({
      maxKeys,
      clock: () => time.now,
      monotonicClock: () => time.now,
      timers: new HandTimers(),
    }),
  };
}

const isThere = (reading: number): boolean => reading !== ABSENT;

/** The keys that are there. Asked last: asking is a use. */
const found = (store: LocalGenerationStore, keys: string[]): string[] =>
  keys.filter((key) => isThere(store.current(key)));

describe('LocalGenerationStore', () => {
  it('never holds more than maxKeys, in all scopes together', () => {
    const step = fc.record({
      do: fc.constantFrom('snapshot', 'bump', 'current', 'clear', 'cleanup'),
      key: fc.constantFrom('single:a:1', 'single:a:2', 'single:b:1', 'single:b:2', 'single:c:1', 'x', 'y', 'z'),
      later: fc.constantFrom(0, 3_600_000),
    });
    const all = ['single:a:1', 'single:a:2', 'single:b:1', 'single:b:2', 'single:c:1', 'x', 'y', 'z'];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (maxKeys, steps) => {
        const { store, time } = make(maxKeys);
        store.scope('single:a:');
        for (const each of steps) {
          time.now += each.later;
          if (each.do === 'cleanup') store.cleanup();
          else store[each.do](each.key);
          if (each.do === 'snapshot' || each.do === 'bump') expect(store.current(each.key)).not.toBe(ABSENT);
          expect(store.currentMany(all).filter(isThere).length).toBeLessThanOrEqual(maxKeys);
        }
        // The count survived all that: exactly the bound fits.
        store.clear('');
        expect(store.snapshotMany(all.slice(0, maxKeys)).every(isThere)).toBe(true);
        expect(store.currentMany(all).filter(isThere)).toHaveLength(maxKeys);
      }),
      { numRuns: 200 },
    );
  });

  it('makes room by keys that were not used lately', () => {
    const { store, time } = make(100);
    const keys = Array.from({ length: 100 }, (_, n) => `k${n}`);
    store.snapshotMany(keys);
    time.now += 3_600_000;
    const used = keys.filter((_, n) => n % 2 === 0);
    store.bump('k0');
    const before = store.currentMany(used);
    for (let n = 0; n < 50; n++) store.snapshot(`new${n}`);
    expect(store.currentMany(used)).toEqual(before);
    expect(store.currentMany(keys.filter((_, n) => n % 2 === 1)).filter(isThere)).toEqual([]);
  });

  it('makes room also when every key is in use', () => {
    const { store } = make(1_000);
    for (let n = 0; n < 5_000; n++) expect(isThere(store.snapshot(`k${n}`))).toBe(true);
    const left = found(
      store,
      Array.from({ length: 5_000 }, (_, n) => `k${n}`),
    );
    expect(left).toHaveLength(1_000);
    expect(left).toContain('k4999');
  });

  it('spares a key that was used since it was last looked at, but only so many of them for one new key', () => {
    const { store } = make(20);
    const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
    store.snapshotMany(keys);
    store.snapshot('first');
    store.snapshot('second');
    expect(found(store, keys)).toEqual(keys.filter((key) => key !== 'k0' && key !== 'k16'));
  });

  it('spares it again when it was used again', () => {
    const { store } = make(20);
    const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
    store.snapshotMany(keys);
    store.snapshot('first');
    store.current('k0');
    store.snapshot('second');
    expect(found(store, keys)).toEqual(keys.filter((key) => key !== 'k1' && key !== 'k16'));
  });

  it('counts right after a clear in the middle of making room', () => {
    const { store, time } = make(10);
    const fill = (name: string): string[] => Array.from({ length: 11 }, (_, n) => `${name}${n}`);
    store.snapshotMany(fill('old'));
    store.clear('');
    time.now += 3_600_000;
    store.snapshotMany(fill('new'));
    expect(found(store, fill('new'))).toHaveLength(10);
  });

  it('counts right after a scope took over keys', () => {
    const { store } = make(2);
    store.snapshotMany(['single:a:1', 'single:a:2']);
    const scope = store.scope('single:a:');
    store.clear('');
    scope.snapshotMany(['1', '2', '3', '4']);
    expect(scope.currentMany(['1', '2', '3', '4']).filter(isThere)).toHaveLength(2);
  });

  it('refuses a fill under a generation that was evicted, and readers miss', () => {
    const { store } = make(1);
    const generation = store.snapshot('a');
    store.snapshot('b');
    expect(store.current('a')).toBe(ABSENT);
    expect(store.extend('a', generation, 1_000)).toBe(false);
    expect(store.snapshot('a')).toBeGreaterThan(generation);
  });

  it.each<LocalGenerationStoreOptions>([0, -1, 1.5, Number.NaN, Infinity, 2 ** 24].map((maxKeys) => ({ maxKeys })))(
    'refuses %p',
    (options) => {
      expect(() => new LocalGenerationStore(options)).toThrow(CasConfigError);
    },
  );

  it.each([0, -1, Number.NaN, '30'])('refuses the retention %p', (retention) => {
    const options = { retention } as LocalGenerationStoreOptions;
    expect(() => new LocalGenerationStore(options)).toThrow(CasTtlError);
    expect(() => new LocalGenerationStore(options)).toThrow('retention of LocalGenerationStore');
  });

  it('takes undefined for an option that was not given', () => {
    const store = new LocalGenerationStore({
      maxKeys: undefined,
      retention: undefined,
      clock: undefined,
      monotonicClock: undefined,
      timers: undefined,
    });
    expect(isThere(store.snapshot('k'))).toBe(true);
    store.close();
  });
});
