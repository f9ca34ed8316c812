import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { exploreSome, exploreWithin } from '../support/interleaving/budget.js';
import { describeRaces } from '../support/interleaving/describe-races.js';
import { OURS } from '../support/interleaving/library.js';
import { OF_TAGS_OF_OTHERS, OF_TWO_BUILDS } from '../support/interleaving/programs/catalogue.js';
import { OURS_WITH_REDIS } from '../support/interleaving/redis-library.js';
import { OF_TAGS_OF_OTHERS_BROKEN } from '../support/interleaving/mutants/tags-of-others.js';
import { withBroken, wrongRead } from '../support/interleaving/mutants/mutant.js';
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

const ROLL_OUT = [
  redis(OURS, { tags: true, untagged: [1] }),
  redis(OURS, { tags: true, untagged: [1], joined: 'apart' }),
  tiered(OURS, { tags: true, untagged: [1] }),
];

for (const topology of ROLL_OUT) describeRaces(topology, OF_TAGS_OF_OTHERS, { whole: 0, drawn: 60 });

describe('broken variants of a process without tags beside one that has them', () => {
  it.each(OF_TAGS_OF_OTHERS_BROKEN)(
    '$name: caught',
    ({ edits, on, caughtBy }) =>
      withBroken(edits, async (library) => {
        expect(await wrongRead(exploreSome(1_000, caughtBy, on(library)))).toBeDefined();
      }),
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
