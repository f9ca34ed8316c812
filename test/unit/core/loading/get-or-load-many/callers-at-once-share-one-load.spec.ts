import { describe, expect, it } from '@jest/globals';

import { TOPOLOGIES } from '../../../../support/core/topologies.js';

describe.each(TOPOLOGIES)('callers of getOrLoadMany at once: $name', ({ rig }) => {
  it.each([[['a']], [['a', 'b']]])('of %j share one call of the loader', async (keys) => {
    const { cache } = rig();
    let calls = 0;
    const load = async (missing: string[]): Promise<Map<string, number>> => {
      calls++;
      await Promise.resolve();
      return new Map(missing.map((key) => [key, 1]));
    };
    await Promise.all(Array.from({ length: 10 }, () => cache.getOrLoadMany(keys, load)));
    expect(calls).toBe(1);
  });
});
