import { describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import { GenerationFloor } from '../../../../lib/redis/cells/generation-floor.js';
import { MOST_AHEAD_US } from '../../../../lib/redis/scripts/most-ahead.js';

const NOW_MS = 1_763_000_000_000;
const NOW = NOW_MS * 1_000;

function make() {
  const warnings: string[] = [];
  return {
    warnings,
    floor: new GenerationFloor(
      (message) => warnings.push(message),
      () => NOW_MS,
    ),
  };
}

describe('the floor of a process', () => {
  it('is the largest generation that it has seen, and none before', () => {
    const { floor } = make();
    expect(floor.value).toBe(0);
    for (const seen of [NOW, NOW - 1, NOW + 5, ABSENT, OPEN, NOW + 4]) expect(floor.see(seen)).toBe(seen);
    expect(floor.value).toBe(NOW + 5);
  });

  it('is not what failed to be read', () => {
    const { floor } = make();
    const failed = new Error('no answer');
    expect(floor.see(failed)).toBe(failed);
    expect(floor.value).toBe(0);
  });

  it('is nothing that is far ahead of the clock, which is told', () => {
    const { floor, warnings } = make();
    floor.see(NOW + MOST_AHEAD_US);
    expect(warnings).toEqual([]);
    floor.see(NOW + MOST_AHEAD_US + 1);
    expect(floor.value).toBe(NOW + MOST_AHEAD_US);
    expect(warnings).toEqual([expect.stringMatching(/two days ahead/)]);
  });
});
