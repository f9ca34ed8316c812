import { describe, expect, it } from '@jest/globals';

import { Freshness } from '../../../../../lib/core/stores/freshness.js';
import { ManualTimers } from '../../../../support/core/manual-timers.js';

const MINUTE = 60_000;

/** The age in ms at which the entry is first picked, in a process of this seed. */
function pickedAt(seed: number, key: string, generation: number, earlyRefresh = 0.5): number {
  const timers = new ManualTimers();
  const freshness = new Freshness(earlyRefresh, timers, seed);
  const stamp = freshness.stamp(MINUTE);
  let age = 0;
  while (freshness.judge(key, generation, stamp) === 'fresh') {
    timers.advance(100);
    age += 100;
  }
  return age;
}

describe('the age of an entry', () => {
  it('is fresh until its soft ttl is over, and expired from then on', () => {
    const timers = new ManualTimers();
    const freshness = new Freshness(undefined, timers, 1);
    const stamp = freshness.stamp(MINUTE);
    expect(freshness.judge('a', 1, stamp)).toBe('fresh');
    timers.advance(MINUTE - 1);
    expect(freshness.judge('a', 1, stamp)).toBe('fresh');
    timers.advance(1);
    expect(freshness.judge('a', 1, stamp)).toBe('expired');
    timers.advance(MINUTE);
    expect(freshness.judge('a', 1, stamp)).toBe('expired');
  });

  it('is none where the clock is behind the one that stamped it', () => {
    const timers = new ManualTimers();
    const freshness = new Freshness(0.1, timers, 1);
    const ahead = { storedAt: timers.wall() + 10 * MINUTE, freshMs: MINUTE };
    expect(freshness.judge('a', 1, ahead)).toBe('fresh');
  });

  it('is told by the time of day of the process where no clock is given', () => {
    const freshness = new Freshness();
    const before = Date.now();
    const { storedAt } = freshness.stamp(MINUTE);
    expect(storedAt).toBeGreaterThanOrEqual(before);
    expect(storedAt).toBeLessThanOrEqual(Date.now());
    expect(freshness.judge('a', 1, { storedAt: before - 2 * MINUTE, freshMs: MINUTE })).toBe('expired');
    expect(new Freshness(undefined, { now: () => 0, set: () => undefined as never }).stamp(1).storedAt).toBeGreaterThan(
      before - 1,
    );
  });

  it('is stamped in whole milliseconds, at least one', () => {
    const freshness = new Freshness(undefined, { now: () => 0, set: () => undefined as never, wall: () => 1_000.7 });
    expect(freshness.stamp(0.2)).toEqual({ storedAt: 1_000, freshMs: 1 });
    expect(freshness.stamp(10.2)).toEqual({ storedAt: 1_000, freshMs: 11 });
  });
});

describe('an early refresh', () => {
  const keys = Array.from({ length: 200 }, (_, i) => `key:${i}`);

  it('falls between the given share of the soft ttl and its end', () => {
    const picked = keys.map((key, i) => pickedAt(7, key, 1_000 + i));
    expect(Math.min(...picked)).toBeGreaterThanOrEqual(MINUTE / 2);
    expect(Math.max(...picked)).toBeLessThanOrEqual(MINUTE);
  });

  it('is not picked anew by each read: once early, an entry stays so until it has expired', () => {
    const timers = new ManualTimers();
    const freshness = new Freshness(0.5, timers, 7);
    const stamp = freshness.stamp(MINUTE);
    const ages: string[] = [];
    for (let at = 0; at < 2 * MINUTE; at += 100) {
      ages.push(freshness.judge('a', 1, stamp));
      timers.advance(100);
    }
    const runs = ages.filter((age, i) => age !== ages[i - 1]);
    expect(runs).toEqual(['fresh', 'early', 'expired']);
  });

  it.each([
    ['entries of one process', (i: number) => pickedAt(7, keys[i] as string, 1)],
    ['the lives of one entry', (i: number) => pickedAt(7, 'a', 1_700_000_000_000_000 + i)],
    ['the processes that read one entry', (i: number) => pickedAt(i, 'a', 1)],
  ])('is spread over %s', (_, pick) => {
    const quarters = [0, 0, 0, 0];
    for (let i = 0; i < 200; i++) {
      const quarter = Math.min(3, Math.floor((4 * (pick(i) - MINUTE / 2)) / (MINUTE / 2)));
      quarters[quarter] = (quarters[quarter] as number) + 1;
    }
    for (const count of quarters) expect(count).toBeGreaterThan(20);
  });

  it('costs nothing before its share of the soft ttl: the key is not even looked at', () => {
    const freshness = new Freshness(0.5, new ManualTimers(), 7);
    const key = {
      get length(): never {
        throw new Error('looked at');
      },
    } as unknown as string;
    expect(freshness.judge(key, 1, freshness.stamp(MINUTE))).toBe('fresh');
  });
});
