import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { Replica } from './replica/replica.js';

const PROCESSES = 4;
const CALLERS = 250;
/** Longer than any machine needs: nobody is to lose patience here. */
const WAIT = 20_000;

describe.each(['redis', 'tiered'] as const)("topology %s, stampede: 'replicas'", (topology) => {
  let redis: RedisServer;
  let replicas: Replica[];

  beforeEach(async () => {
    redis = await startRedis();
    const options = { redisPort: redis.port, topology, stampedeWait: WAIT };
    replicas = await Promise.all(Array.from({ length: PROCESSES }, () => Replica.start(options)));
  });

  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await redis.stop('SIGKILL');
  });

  it('4 processes × 250 concurrent callers of one cold key: the loader runs once in all', async () => {
    const loading: Replica[] = [];
    const begun = new Promise<void>((resolve) => {
      for (const replica of replicas) {
        replica.onLoad = () => {
          loading.push(replica);
          resolve();
        };
      }
    });
    await Promise.all(replicas.map((replica) => replica.ask('a', CALLERS)));
    await begun;
    // Whoever loads too would have begun by now, or begins while this one goes on.
    loading[0]?.finish('a', 'value');
    const answers = await Promise.all(replicas.map((replica) => replica.answers('a')));
    expect(answers).toEqual(replicas.map(() => Array.from({ length: CALLERS }, () => 'value')));
    expect(loading).toHaveLength(1);
  });
});
