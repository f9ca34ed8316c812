import { afterAll, beforeAll, describe } from '@jest/globals';

import { describeRaces } from '../support/interleaving/describe-races.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { OURS_WITH_REDIS } from '../support/interleaving/redis-library.js';
import { TornConnection } from '../support/interleaving/torn-connection.js';
import { RealRedis } from '../support/interleaving/topologies/real-redis.js';
import type { Topology } from '../support/interleaving/world.js';
import { startRedis } from '../support/redis/redis-server.mjs';
import type { RedisServer } from '../support/redis/redis-server.mjs';

describe('key by key', () => {
  let server: RedisServer;
  let real: RealRedis;

  beforeAll(async () => {
    server = await startRedis();
    real = await RealRedis.connect({ ...OURS_WITH_REDIS, RedisConnection: TornConnection }, server.url);
  });

  afterAll(async () => {
    await real.close();
    await server.stop();
  });

  const topology: Topology = {
    name: 'redis, on a real Redis that refuses commands with two keys',
    open: (stage) => real.topology('redis').open(stage),
  };
  describeRaces(topology, PROGRAMS, { whole: 120, drawn: 50 });
});
