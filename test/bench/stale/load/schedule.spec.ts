import { describe, expect, it } from '@jest/globals';
import { schedule } from './schedule.js';
import type { LoadPlan } from './schedule.js';

const PLAN: LoadPlan = {
  seed: 1,
  rows: 1_000,
  exponent: 1,
  rate: 1_000,
  writes: 0.05,
  leadInMs: 1_000,
  measuredMs: 9_000,
};

describe('the schedule of calls', () => {
  it('is the same for the same seed and process, so that every contender is asked the same', () => {
    expect(schedule(PLAN, 2)).toEqual(schedule(PLAN, 2));
    expect(schedule(PLAN, 2).row).not.toEqual(schedule(PLAN, 3).row);
    expect(schedule(PLAN, 2).row).not.toEqual(schedule({ ...PLAN, seed: 2 }, 2).row);
  });

  it('has as many calls, and as many writes among them, as the plan asks for', () => {
    const { length, due, isWrite } = schedule(PLAN, 0);
    expect(Math.abs(length - 10_000)).toBeLessThan(300);
    expect(Math.abs(isWrite.reduce((sum, one) => sum + one, 0) / length - 0.05)).toBeLessThan(0.01);
    expect(due).toEqual(due.toSorted());
    expect(due.at(-1)).toBeLessThan(10_000_000);
  });

  it('asks for row r in proportion to 1 / r', () => {
    const { length, row } = schedule(PLAN, 0);
    const share = (rank: number): number => row.filter((one) => one === rank).length / length;
    const harmonic = Array.from({ length: PLAN.rows }, (_, i) => 1 / (i + 1)).reduce((sum, one) => sum + one, 0);
    for (const rank of [1, 2, 10]) expect(Math.abs(share(rank) - 1 / rank / harmonic)).toBeLessThan(0.01);
    expect(Math.min(...row)).toBe(1);
    expect(Math.max(...row)).toBeLessThanOrEqual(PLAN.rows);
  });
});
