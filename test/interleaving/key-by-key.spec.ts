import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { WHOLE } from '../support/interleaving/budget.js';
import { describeRaces } from '../support/interleaving/describe-races.js';
import { explore } from '../support/interleaving/explore.js';
import { instead } from '../support/interleaving/mutants/broken-copy.js';
import { withBroken, wrongRead } from '../support/interleaving/mutants/mutant.js';
import { SERVERS } from '../support/interleaving/mutants/places.js';
import { PROGRAMS } from '../support/interleaving/programs/catalogue.js';
import { FILL } from '../support/interleaving/programs/fills.js';
import { LOST_GENERATION } from '../support/interleaving/programs/losses.js';
import { OURS_WITH_REDIS } from '../support/interleaving/redis-library.js';
import { keyByKey } from '../support/interleaving/torn-connection.js';
import { RealRedis } from '../support/interleaving/topologies/real-redis.js';
import type { Topology } from '../support/interleaving/world.js';
import { startRedis } from '../support/redis/redis-server.mjs';
import type { RedisServer } from '../support/redis/redis-server.mjs';

/** Small enough for every schedule. */
const SMALL = [FILL, LOST_GENERATION];

/** The first step is taken on another cell, so only the second one does anything. */
const ONLY_DROPPED = instead(SERVERS.firstOfTwoSteps, ({ text }) => `\`\${${text}}:other\``);

describe('where a Redis refuses commands with two keys', () => {
  let server: RedisServer;
  let real: RealRedis;

  beforeAll(async () => {
    server = await startRedis();
    real = await RealRedis.connect(keyByKey(OURS_WITH_REDIS), server.url);
  });

  afterAll(async () => {
    await real.close();
    await server.stop();
  });

  const topology: Topology = { name: 'redis, key by key', open: (stage) => real.topology('redis').open(stage) };
  const states: Topology = { ...topology, name: 'redis, key by key, whole', sockets: true, hasStates: true };
  describeRaces(states, SMALL, WHOLE);
  describeRaces(
    topology,
    PROGRAMS.filter((program) => !SMALL.includes(program)),
    { whole: 0, drawn: 4 },
  );

  it('a value that is dropped and a generation that goes on are caught', () =>
    withBroken([ONLY_DROPPED], async (library) => {
      const broken = await RealRedis.connect(keyByKey(library), server.url);
      try {
        expect(await wrongRead(explore(FILL, broken.topology('redis')))).toBeDefined();
      } finally {
        await broken.close();
      }
    }));
});
