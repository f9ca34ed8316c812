import { expect, it } from '@jest/globals';

import { ATOMIC } from '../../../../support/core/topologies.js';

it('many values whose lives are shortened at random are still written in a few calls', async () => {
  const rig = ATOMIC.rig({ jitter: 0.5, ttl: 1_000 });
  const keys = Array.from({ length: 200 }, (_, i) => `k${i}`);
  await rig.cache.getOrLoadMany(keys, (missing) => new Map(missing.map((key) => [key, key])));
  const lives = new Set([...rig.entries.held.values()].map(({ ttlMs }) => ttlMs));
  expect(lives.size).toBeGreaterThan(1);
  expect(Math.min(...lives)).toBeGreaterThanOrEqual(500);
  const writes = rig.log.steps().filter((step) => step.endsWith('.fillMany')).length;
  expect(writes).toBeGreaterThan(1);
  expect(writes).toBeLessThanOrEqual(8);
});
