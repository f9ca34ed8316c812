import { afterAll, beforeAll, describe } from '@jest/globals';

import { describeRaces } from '../support/interleaving/describe-races.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { OURS_WITH_REDIS } from '../support/interleaving/redis-library.js';
import { RealRedis } from '../support/interleaving/topologies/real-redis.js';
import type { Topology } from '../support/interleaving/world.js';
import { startRedis } from '../support/redis/redis-server.mjs';
import type { RedisServer } from '../support/redis/redis-server.mjs';

describe('on a real Redis', () => {
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

  for (const kind of ['near', 'redis', 'redis, new keys', 'tiered'] as const) {
    const name = `${kind}, on a real Redis`;
    const topology: Topology = { name, open: (stage) => real.topology(kind).open(stage) };
    describeRaces(topology, PROGRAMS, { whole: 0, drawn: 5 });
  }
});
