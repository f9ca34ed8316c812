import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { atEndOfTick } from '../../../../../lib/common/timers.js';
import { Deadlines } from '../../../../../lib/core/support/deadlines.js';
import { ManualTimers, settled } from '../../../../support/core/manual-timers.js';
import { MEMORY, NEAR, TOPOLOGIES } from '../../../../support/core/topologies.js';
import { reachable } from '../../../../support/reachable.js';

const never = new Promise<string>(() => undefined);
const expired = (): string => 'expired';

/** Work that ends when it is told to. */
function work() {
  let end: (value: string) => void = () => undefined;
  let fail: (cause: Error) => void = () => undefined;
  const promise = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { promise, end, fail };
}

describe('deadlines', () => {
  it.each(TOPOLOGIES)('1,000 concurrent operations set one timer: $name', async ({ rig, shape }) => {
    const stores = rig();
    const keys = Array.from({ length: 250 }, (_, i) => `k${i}`);
    await Promise.all(
      keys.flatMap((key) => [
        stores.cache.get(key),
        stores.cache.snapshotGen(key),
        stores.cache.getBulk([key, 'other']),
        stores.cache.invalidate(key),
      ]),
    );
    expect(stores.timers.made).toBe(1);
    expect(stores.timers.holding).toBe(0);
    expect(shape).toBeDefined();
  });

  it('a read in process sets none', async () => {
    const stores = MEMORY.rig();
    stores.seed('42', 'v');
    expect(await stores.cache.get('42')).toBe('v');
    expect(stores.cache.getSync('42')).toBe('v');
    expect(await stores.cache.snapshotGen('42')).toBeGreaterThan(0);
    expect(stores.timers.made).toBe(0);
  });

  it('the timer holds the process only while somebody waits', async () => {
    const timers = new ManualTimers();
    const deadlines = new Deadlines(100, timers);
    const [one, other] = [work(), work()];
    const answers = [deadlines.guard(one.promise, expired), deadlines.guard(other.promise, expired)];
    expect(timers.holding).toBe(1);
    one.end('one');
    await settled();
    expect(timers.holding).toBe(1);
    other.fail(new Error('other'));
    await expect(answers[1]).rejects.toThrow('other');
    expect(timers.holding).toBe(0);
    const third = work();
    const answer = deadlines.guard(third.promise, expired);
    expect([timers.made, timers.holding]).toEqual([1, 1]);
    third.end('third');
    expect(await answer).toBe('third');
    expect(timers.holding).toBe(0);
  });

  it('operations that end within a tick, or follow each other, hold it and let it go once', async () => {
    const timers = Object.assign(new ManualTimers(), { atEndOfTick });
    const deadlines = new Deadlines(100, timers);
    await deadlines.guard(Promise.resolve('the first sets the timer'), expired);
    await nextTurn();
    const { calls } = timers;
    for (let n = 0; n < 100; n++) await deadlines.guard(Promise.resolve('in the same tick'), expired);
    await nextTurn();
    expect([timers.calls - calls, timers.holding]).toEqual([0, 0]);
    for (let n = 0; n < 100; n++) {
      const turn = nextTurn('in another tick');
      const answer = deadlines.guard(turn, expired);
      process.nextTick(() => expect(timers.holding).toBe(1));
      expect(await answer).toBe('in another tick');
    }
    await nextTurn();
    expect([timers.calls - calls, timers.holding]).toEqual([2, 0]);
  });

  it('no timer is left when the last one rang with nobody waiting', async () => {
    const stores = NEAR.rig();
    stores.seed('42', 'v');
    for (let i = 0; i < 5; i++) await stores.cache.get('42');
    expect(stores.timers.made).toBe(1);
    stores.timers.advance(10_000);
    expect(stores.timers.made).toBe(1);
  });
});

describe('each operation has its own deadline', () => {
  it('counted from its own start', async () => {
    const timers = new ManualTimers();
    const deadlines = new Deadlines(100, timers);
    const ends: string[] = [];
    const start = (name: string): void => {
      void deadlines.guard(never, () => ends.push(name) && name);
    };
    start('at 0');
    timers.advance(60);
    start('at 60');
    timers.advance(39);
    expect(ends).toEqual([]);
    timers.advance(1);
    expect(ends).toEqual(['at 0']);
    timers.advance(59);
    expect(ends).toEqual(['at 0']);
    timers.advance(1);
    expect(ends).toEqual(['at 0', 'at 60']);
    expect(timers.made).toBe(2);
  });

  it('also behind one that was answered, and behind one that hangs', async () => {
    const timers = new ManualTimers();
    const deadlines = new Deadlines(100, timers);
    const answered = work();
    const first = deadlines.guard(answered.promise, expired);
    const second = deadlines.guard(never, expired);
    answered.end('in time');
    expect(await first).toBe('in time');
    timers.advance(50);
    const third = deadlines.guard(never, expired);
    timers.advance(50);
    expect(await second).toBe('expired');
    timers.advance(50);
    expect(await third).toBe('expired');
  });

  it('begun because another expired: still one timer', async () => {
    const timers = new ManualTimers();
    const deadlines = new Deadlines(100, timers);
    let second: Promise<string> | undefined;
    const first = deadlines.guard(never, () => {
      second = deadlines.guard(never, expired);
      return 'first';
    });
    const beside = deadlines.guard(never, expired);
    timers.advance(10);
    const later = deadlines.guard(never, expired);
    timers.advance(90);
    expect([await first, await beside]).toEqual(['first', 'expired']);
    expect(timers.made).toBe(2);
    timers.advance(100);
    expect(await later).toBe('expired');
    expect(await second).toBe('expired');
    expect(timers.holding).toBe(0);
  });

  it('further away than a timer reaches', async () => {
    const timers = new ManualTimers();
    const month = 30 * 86_400_000;
    const answer = new Deadlines(month, timers).guard(never, expired);
    let answered = false;
    void answer.then(() => (answered = true));
    timers.advance(2 ** 31 - 1);
    await settled();
    expect([answered, timers.longest]).toEqual([false, 2 ** 31 - 1]);
    timers.advance(month);
    expect(await answer).toBe('expired');
  });

  it('whose end fails is a failure of that operation alone', async () => {
    const timers = new ManualTimers();
    const deadlines = new Deadlines(100, timers);
    const failing = deadlines.guard(never, () => {
      throw new Error('no end');
    });
    const beside = deadlines.guard(never, expired);
    const failed = expect(failing).rejects.toThrow('no end');
    timers.advance(100);
    await failed;
    expect(await beside).toBe('expired');
  });

  it('what has arrived while the process was busy is handed out before anything expires', async () => {
    const timers = new ManualTimers();
    const arrivals: (() => void)[] = [];
    const busy = Object.assign(timers, { afterArrivals: (sweep: () => void) => void arrivals.push(sweep) });
    const deadlines = new Deadlines(100, busy);
    const [arrived, silent] = [work(), work()];
    const answers = [deadlines.guard(arrived.promise, expired), deadlines.guard(silent.promise, expired)];
    timers.advance(400);
    arrived.end('in time');
    await settled();
    for (const sweep of arrivals.splice(0)) sweep();
    expect(await Promise.all(answers)).toEqual(['in time', 'expired']);
  });

  it('work that has ended does not stay until it would have been due', async () => {
    const deadlines = new Deadlines(3_600_000, new ManualTimers());
    const waiting = deadlines.guard(never, expired);
    for (let i = 0; i < 5_000; i++) await deadlines.guard(Promise.resolve('done'), expired);
    expect(reachable(deadlines).size).toBeLessThan(20);
    expect(waiting).toBeInstanceOf(Promise);
  });

  it('whatever ends before, after and between, the rest expires when it is due', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('begin' as const) }),
      fc.record({ do: fc.constant('end' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 60 }) }),
    );
    return fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const timers = new ManualTimers();
        const deadlines = new Deadlines(100, timers);
        let now = 0;
        const all: { due: number; end: (answer: string) => void; answer: Promise<string>; expected: string }[] = [];
        for (const each of steps) {
          if (each.do === 'begin') {
            const { promise, end } = work();
            all.push({ due: now + 100, end, answer: deadlines.guard(promise, expired), expected: '' });
          } else if (each.do === 'end') {
            const waiting = all.filter(({ expected }) => expected === '');
            const chosen = waiting[each.which % Math.max(1, waiting.length)];
            chosen?.end('in time');
            if (chosen !== undefined) chosen.expected = 'in time';
            await settled();
          } else {
            timers.advance(each.ms);
            now += each.ms;
            for (const one of all) if (one.expected === '' && one.due <= now) one.expected = 'expired';
          }
        }
        timers.advance(100);
        const expectations = all.map(({ expected: known }) => (known === '' ? 'expired' : known));
        expect(await Promise.all(all.map(({ answer }) => answer))).toEqual(expectations);
        expect(timers.holding).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('deadlines are kept after ended work was dropped', async () => {
    const timers = new ManualTimers();
    const deadlines = new Deadlines(100, timers);
    const early = deadlines.guard(never, expired);
    for (let i = 0; i < 3_000; i++) await deadlines.guard(Promise.resolve('done'), expired);
    timers.advance(50);
    const late = deadlines.guard(never, () => 'expired later');
    timers.advance(50);
    expect(await early).toBe('expired');
    timers.advance(50);
    expect(await late).toBe('expired later');
  });
});
