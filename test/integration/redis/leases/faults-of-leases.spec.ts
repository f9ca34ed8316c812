import { Cluster, Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { LoadLeases } from '../../../../lib/contracts/load-leases.js';
import { CasUnavailableError } from '../../../../lib/errors.js';
import { beginMove, endMove, moveKeys, ownerOf, slotOf } from '../../../support/redis/cluster-slots.js';
import { redisParts } from '../../../support/redis/redis-parts.js';
import type { RedisParts } from '../../../support/redis/redis-parts.js';
import { startCluster, startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { hideFlags } from '../../../support/redis/without-script-flags.js';

const MINUTE = 60_000;

describe.each([
  ['that knows script flags', false],
  ['older than those', true],
])('load leases on a Redis %s', (_, old) => {
  let server: RedisServer;
  let redis: RedisParts;
  let leases: LoadLeases;
  let key: string;

  beforeEach(async () => {
    server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
    redis = await redisParts(new Redis(server.url), { onWarning: () => undefined });
    if (old) hideFlags(redis.connection);
    ({ leases } = redis.generations);
    key = redis.key('a');
  });

  afterEach(async () => {
    await redis.close();
    await server.stop();
  });

  it('are a fault where the server is full, and can be given back all the same', async () => {
    await leases.acquire(key, 'one', MINUTE);
    await redis.outside.config('SET', 'maxmemory', '1');
    await expect(leases.acquire(redis.key('b'), 'one', MINUTE)).rejects.toThrow('OOM');
    await leases.release(key, 'one');
    await redis.outside.config('SET', 'maxmemory', '0');
    expect(await leases.acquire(key, 'two', MINUTE)).toBe(true);
  });

  it('are a fault where the server takes no writes', async () => {
    await redis.outside.config('SET', 'min-replicas-to-write', '1');
    await expect(leases.acquire(key, 'one', MINUTE)).rejects.toBeInstanceOf(CasUnavailableError);
    await expect(leases.release(key, 'one')).rejects.toBeInstanceOf(CasUnavailableError);
  });

  it('are a fault, at once, while there is no server', async () => {
    await leases.acquire(key, 'one', MINUTE);
    await server.down();
    await expect(leases.acquire(key, 'two', MINUTE)).rejects.toBeInstanceOf(CasUnavailableError);
    await expect(leases.release(key, 'one')).rejects.toBeInstanceOf(CasUnavailableError);
  });
});

describe('load leases while their slot moves', () => {
  it('are held and given back on either master', async () => {
    const cluster = await startCluster();
    const { nodes } = cluster;
    const redis = await redisParts(new Cluster([...nodes]));
    try {
      const { leases } = redis.generations;
      const [stays, moves, fresh] = ['{t}stays', '{t}moves', '{t}fresh'].map((key) => redis.key(key)) as [
        string,
        string,
        string,
      ];
      const slot = await slotOf(nodes, stays);
      const from = await ownerOf(nodes, slot);
      const move = { slot, from, to: nodes.find(({ port }) => port !== from.port) as typeof from };
      for (const key of [stays, moves]) expect(await leases.acquire(key, 'one', MINUTE)).toBe(true);

      await beginMove(move);
      await moveKeys(move, [`load:{t}:${moves}`]);
      for (const key of [stays, moves]) expect(await leases.acquire(key, 'two', MINUTE)).toBe(false);
      expect(await leases.acquire(fresh, 'one', MINUTE)).toBe(true);
      expect(await leases.acquire(fresh, 'two', MINUTE)).toBe(false);
      await leases.release(moves, 'one');
      expect(await leases.acquire(moves, 'two', MINUTE)).toBe(true);

      await moveKeys(move);
      await endMove(move);
      for (const key of [stays, moves, fresh]) expect(await leases.acquire(key, 'three', MINUTE)).toBe(false);
      for (const key of [stays, fresh]) await leases.release(key, 'one');
      for (const key of [stays, fresh]) expect(await leases.acquire(key, 'three', MINUTE)).toBe(true);
    } finally {
      await redis.close();
      await cluster.stop();
    }
  });
});
