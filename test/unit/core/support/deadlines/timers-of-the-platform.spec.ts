import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { atEndOfTick, runAfter, runEvery, SYSTEM_TIMERS } from '../../../../../lib/common/timers.js';
import { Deadlines } from '../../../../../lib/core/support/deadlines.js';
import { ManualTimers } from '../../../../support/core/manual-timers.js';

describe('the timers of the platform', () => {
  it('run outside of the async context that set them, and so does what those set: it may be long gone', async () => {
    const request = new AsyncLocalStorage<string>();
    const ring = (ms: number): Promise<unknown> =>
      new Promise((resolve) => void SYSTEM_TIMERS.set(() => resolve(request.getStore()), ms));
    const seen = request.run('of a request', () => ring(1));
    expect(await seen).toBeUndefined();
  });

  it('do not ring at once for what is too far away for Node', async () => {
    let rung = 0;
    const timer = SYSTEM_TIMERS.set(() => rung++, 2 ** 31);
    await new Promise((resume) => void SYSTEM_TIMERS.set(() => resume(undefined), 5));
    timer.close?.();
    expect(rung).toBe(0);
  });

  it('can be called off', async () => {
    let rung = 0;
    SYSTEM_TIMERS.set(() => rung++, 1).close?.();
    await new Promise((resume) => void SYSTEM_TIMERS.set(() => resume(undefined), 5));
    expect(rung).toBe(0);
  });
});

describe('while a test has put fake timers in the place of the platform’s', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('deadlines pass in real time', async () => {
    jest.useFakeTimers();
    expect(await new Deadlines(20).guard<string>(new Promise<never>(() => undefined), () => 'expired')).toBe('expired');
  });

  it('what waits for the end of its tick is called', async () => {
    jest.useFakeTimers();
    await new Promise<void>((resolve) => atEndOfTick(resolve));
  });

  it('ages and the time of day are those of the test', () => {
    jest.useFakeTimers({ now: 1_000_000 });
    const age = SYSTEM_TIMERS.age?.() as number;
    jest.advanceTimersByTime(60_000);
    expect(SYSTEM_TIMERS.wall?.()).toBe(1_060_000);
    expect((SYSTEM_TIMERS.age?.() as number) - age).toBe(60_000);
  });
});

describe('what is called later', () => {
  it('is called once, or as often as its time comes, until it is called off', () => {
    const timers = new ManualTimers();
    const calls: string[] = [];
    const callOff = runAfter(timers, 10, () => calls.push('never'));
    runAfter(timers, 20, () => calls.push('once'));
    const stop = runEvery(timers, 30, () => calls.push('again'));
    expect(timers.holding).toBe(0);
    callOff();
    timers.advance(90);
    stop();
    timers.advance(90);
    expect(calls).toEqual(['once', 'again', 'again', 'again']);
    expect(timers.waiting).toBe(0);
  });
});
