import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { ABSENT, MAX_GENERATION } from '../../../../lib/contracts/generation-store.js';
import { LocalGenerationStore } from '../../../../lib/generations/local-generation-store.js';
import { HighWaterMark } from '../../../../lib/generations/local-mark.js';
import { HandTimers } from '../../../support/hand-timers.js';

const NOW = 1_763_000_000_000;
const DAY = 86_400_000;

describe('LocalGenerationStore', () => {
  it('issues above everything it issued before, whatever was pruned, cleared or evicted and however the clock goes', () => {
    const key = fc.constantFrom('single:a:1', 'single:a:2', 'single:b:1', 'loose', '__proto__');
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('snapshot', 'bump', 'extend', 'scoped'), key }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cleanup', 'turn') }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('clear'), prefix: fc.constantFrom('', 'single:a:', 'single:', 'l') }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('clock'), by: fc.constantFrom(1, DAY, 90 * DAY, -1, -90 * DAY, -NOW) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('clock'), by: fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e15) }),
      },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { minLength: 5, maxLength: 60 }), (maxKeys, steps) => {
        const time = { now: NOW };
        const timers = new HandTimers();
        const store = new LocalGenerationStore({
          maxKeys,
          clock: () => time.now,
          monotonicClock: () => time.now,
          timers,
        });
        const scope = store.scope('single:b:');
        let highest = 0;
        const isNew = (generation: number): void => {
          expect(generation).toBeGreaterThan(highest);
          expect(Number.isSafeInteger(generation) && generation <= MAX_GENERATION).toBe(true);
          highest = generation;
        };
        for (const each of steps) {
          if ('by' in each)
            time.now = Number.isFinite(each.by) && Number.isFinite(time.now) ? time.now + each.by : each.by;
          else if ('prefix' in each) store.clear(each.prefix);
          else if (each.do === 'cleanup') store.cleanup();
          else if (!('key' in each)) void (timers.pending.length > 0 && timers.runNext());
          else if (each.do === 'bump') isNew(store.bump(each.key));
          else if (each.do === 'scoped') isNew(scope.bump(each.key));
          else if (each.do === 'extend') store.extend(each.key, store.current(each.key), 60_000);
          else {
            const known = store.current(each.key);
            if (known === ABSENT) isNew(store.snapshot(each.key));
            else expect(store.snapshot(each.key)).toBe(known);
          }
        }
        store.close();
      }),
      { numRuns: 500 },
    );
  });

  it('a generation issued after prune, clear, restart or loss is larger than any before, also within one millisecond', () => {
    const time = { now: NOW };
    const make = (): LocalGenerationStore =>
      new LocalGenerationStore({
        maxKeys: 2,
        clock: () => time.now,
        monotonicClock: () => time.now,
        timers: new HandTimers(),
      });
    let store = make();
    const losses: Record<string, () => void> = {
      prune: () => {
        time.now += 90 * DAY;
        store.cleanup();
        time.now -= 90 * DAY;
      },
      clear: () => store.clear(''),
      evict: () => store.bumpMany(['x', 'y', 'z']),
      restart: () => {
        time.now += 1;
        store = make();
      },
    };
    for (const lose of Object.values(losses)) {
      for (let n = 0; n < 200; n++) store.bump('k');
      const highest = store.bump('k');
      lose();
      expect(store.current('k')).toBe(ABSENT);
      expect(store.snapshot('k')).toBeGreaterThan(highest);
    }
  });

  it('follows the clock in microseconds, so that a restarted process begins above the last one', () => {
    const store = new LocalGenerationStore({ clock: () => NOW, timers: new HandTimers() });
    expect(store.bump('a')).toBe(NOW * 1_000);
    expect(store.bump('a')).toBe(NOW * 1_000 + 1);
  });

  it('ends with an error and not with a number that is no safe integer', () => {
    const mark = new HighWaterMark(MAX_GENERATION - 1);
    expect(mark.next(NOW)).toBe(MAX_GENERATION);
    expect(() => mark.next(NOW)).toThrow(/used up/);
    expect(() => mark.next(NOW)).toThrow(/used up/);
  });
});
