import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { exploreWithin } from '../support/interleaving/budget.js';
import { OURS } from '../support/interleaving/library.js';
import { OF_TWO_BUILDS } from '../support/interleaving/programs/catalogue.js';
import { OURS_WITH_REDIS } from '../support/interleaving/redis-library.js';
import { memory } from '../support/interleaving/topologies/memory.js';
import { RealRedis } from '../support/interleaving/topologies/real-redis.js';
import { redis, tiered } from '../support/interleaving/topologies/shared.js';
import { startRedis } from '../support/redis/redis-server.mjs';
import type { RedisServer } from '../support/redis/redis-server.mjs';

const TIMEOUT_MS = 120_000;

describe.each([
  memory(OURS, { holds: 'bytes' }),
  redis(OURS),
  tiered(OURS),
  redis(OURS, { joined: 'single steps' }),
  redis(OURS, { joined: 'apart' }),
])('frames that only a newer build can read: $name', (topology) => {
  it.each(OF_TWO_BUILDS)(
    '$name: nothing stale, and it stays',
    async (program) => {
      const { seen } = await exploreWithin({ whole: 200, drawn: 60 }, program, topology);
      // It was met, where nobody ended it.
      expect(seen.misses['unknown-frame']).toBeGreaterThan(0);
      expect(seen.faults).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe('frames that only a newer build can read, on a real Redis', () => {
  let server: RedisServer;
  let real: RealRedis;

  beforeAll(async () => {
    server = await startRedis();
    real = await RealRedis.connect(OURS_WITH_REDIS, server.url);
  });

  afterAll(async () => {
    await real.close();
    await server.stop();
  });

  it.each(OF_TWO_BUILDS)(
    '$name: nothing stale, and it stays',
    async (program) => {
      for (const kind of ['redis', 'tiered'] as const) {
        const { seen } = await exploreWithin({ whole: 0, drawn: 20 }, program, real.topology(kind));
        expect(seen.misses['unknown-frame']).toBeGreaterThan(0);
      }
    },
    TIMEOUT_MS,
  );
});
