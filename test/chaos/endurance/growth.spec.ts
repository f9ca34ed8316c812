import { describe, expect, it } from '@jest/globals';

import { BOUNDS, LEAST_SAMPLES, exceeds, growthOf } from './growth.js';

const series = (at: (n: number) => number): number[] => Array.from({ length: 40 }, (_, n) => at(n));

describe('what has to stay flat in the laboratory', () => {
  it.each([
    ['is as it was', (): number => 30],
    ['goes up and down', (n: number): number => 30 + 20 * (n % 2)],
    ['grows while it warms up', (n: number): number => 30 + Math.min(n, 9) * 5],
    ['is odd for a moment', (n: number): number => (n === 38 ? 500 : 30)],
    ['shrinks', (n: number): number => 60 - n],
  ])('may be: %s', (_, at) => {
    const growth = growthOf(series(at));
    expect(growth && exceeds(growth, BOUNDS.heap)).toBe(false);
  });

  it.each([
    ['grows slowly', (n: number): number => 30 + n / 2],
    ['stays above after a step', (n: number): number => (n < 25 ? 30 : 39)],
  ])('may not be: %s', (_, at) => {
    const growth = growthOf(series(at));
    expect(growth && exceeds(growth, BOUNDS.heap)).toBe(true);
  });

  it('is not judged by too few samples', () => {
    expect(growthOf(series(() => 1).slice(0, LEAST_SAMPLES - 1))).toBeUndefined();
    expect(growthOf(series(() => 1).slice(0, LEAST_SAMPLES))).toEqual({ from: 1, to: 1 });
  });
});
