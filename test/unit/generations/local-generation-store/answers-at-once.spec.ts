import { describe, expect, it } from '@jest/globals';

import { ABSENT } from '../../../../lib/contracts/generation-store.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { HandTimers } from '../../../support/hand-timers.js';

const make = (): LocalGenerationStore => new LocalGenerationStore({ timers: new HandTimers() });

describe('LocalGenerationStore', () => {
  it('answers every call without a promise, through a scope too', () => {
    const store = make();
    for (const each of [store, store.scope('single:a:')]) {
      const generation = each.snapshot('k');
      expect(each.current('k')).toBe(generation);
      expect(each.currentMany(['k'])).toEqual([generation]);
      expect(each.extend('k', generation, 1_000)).toBe(true);
      expect(each.extendMany([{ key: 'k', generation }], 1_000)).toEqual([true]);
      expect(each.snapshotMany(['k'])).toEqual([generation]);
      expect(each.bumpMany(['k'])).toEqual([each.current('k')]);
      expect(each.bump('k')).toBe(each.current('k'));
      expect(each.clear('')).toBeUndefined();
      expect(each.current('k')).toBe(ABSENT);
    }
  });

  it('clears by any prefix that covers a scope, wholly or in part', () => {
    const store = make();
    const [a, ab] = [store.scope('single:a:'), store.scope('single:ab:')];
    const keys = ['single:a:x1', 'single:a:x2', 'single:a:y', 'single:ab:x1', 'single:none:x1', 'x1'];
    const there = (): boolean[] => store.currentMany(keys).map((reading) => reading !== ABSENT);

    store.snapshotMany(keys);
    store.clear('single:a:x');
    expect(there()).toEqual([false, false, true, true, true, true]);
    store.snapshotMany(keys);
    store.clear('single:a');
    expect(there()).toEqual([false, false, false, false, true, true]);
    store.snapshotMany(keys);
    a.clear('x1');
    ab.clear('');
    expect(there()).toEqual([false, true, true, false, true, true]);
    store.clear('');
    expect(there()).toEqual(keys.map(() => false));
  });

  it('keeps the generations of a namespace when a scope is made for it', () => {
    const store = make();
    const before = store.snapshotMany(['single:a:1', 'single:a:2', 'single:b:1']);
    expect(store.scope('single:a:').currentMany(['1', '2'])).toEqual(before.slice(0, 2));
    expect(store.currentMany(['single:a:1', 'single:a:2', 'single:b:1'])).toEqual(before);
  });

  it.each(['', 'a', 'single:a', 'single:a:b', ':', 'single:a:b:'])('has no scope %j', (prefix) => {
    expect(() => make().scope(prefix)).toThrow(CasConfigError);
  });
});
