import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisSource } from '../../../../lib/redis/connection/redis-source.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import { sharedCluster, sharedRedis } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

/** Sockets that this side has ended are closed by the other, and that takes as long as it does. */
const CLOSING = new Set(['TCPSocketWrap', 'CloseReq', 'ShutdownReq']);

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => CLOSING.has(kind)).length;
}

/** Sooner than ioredis' own timer would end. One of no time at all may be there still. */
async function noMoreThan(count: number): Promise<void> {
  await until(() => timers() <= count, 'every timer was called off', 300);
  expect(timers()).toBeLessThanOrEqual(count);
}

describe('a connection that was closed', () => {
  // The servers of the run may be started in this process, and that takes timers too.
  beforeAll(async () => {
    await Promise.all([sharedRedis(), sharedCluster()]);
  });

  let close: (() => Promise<unknown>) | undefined;

  afterEach(async () => {
    await close?.();
    close = undefined;
  });

  const leavesNothing = async (source: RedisSource, options?: RedisConnectionOptions): Promise<void> => {
    const before = { timers: timers(), sockets: sockets() };
    const connection = new RedisConnection(source, options);
    close = () => connection.close();
    await connection.call(['get', 'nothing']);
    await connection.close();
    await until(() => sockets() <= before.sockets, 'the sockets were closed');
    await noMoreThan(before.timers);
  };

  it('leaves no timer: Redis', async () => leavesNothing(await sharedRedis()));

  it('leaves no timer: Redis, with replicas to wait for', async () => {
    await leavesNothing(await sharedRedis(), { waitReplicas: 1 });
  });

  it('leaves no timer: Redis Cluster', async () => leavesNothing(await sharedCluster()));

  it('leaves no timer: a server that went away before', async () => {
    const server = await startRedis();
    const before = timers();
    const connection = new RedisConnection(server.url);
    close = () => Promise.all([connection.close(), server.stop()]);
    await connection.call(['get', 'nothing']);
    await server.stop();
    await until(() => connection.call(['get', 'nothing']).then(Boolean, () => true), 'the loss was noticed');
    await connection.close();
    await noMoreThan(before);
  });
});
