import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { CasConfigError, CasUnavailableError } from '../../../../lib/errors.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { startRedis, startSentinel } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

describe('Redis through Sentinel', () => {
  let master: RedisServer;
  let sentinel: RedisServer;

  beforeAll(async () => {
    master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    sentinel = await startSentinel(master);
  });

  afterAll(async () => {
    await sentinel.stop();
    await master.stop();
  });

  const options = () => ({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' });

  it('is reached with a client and with options', async () => {
    const client = new Redis(options());
    for (const source of [client, options()]) {
      const connection = new RedisConnection(source);
      const provider = new RedisProvider(connection);
      const generations = new RedisGenerationStore(connection);
      const atomic = provider.atomicWith(generations);
      const generation = await generations.bump('single:t:a');
      expect(await atomic?.fill('single:t:a', generation, Buffer.of(1), 60_000)).toBe(true);
      expect(await atomic?.read('single:t:a')).toEqual({ entry: Buffer.of(1), generation });
      await connection.close();
    }
    expect(await client.ping()).toBe('PONG');
    await client.quit();
  });

  it('is refused with the role "slave": replicas lag', async () => {
    const client = new Redis({ ...options(), role: 'slave', lazyConnect: true });
    expect(() => new RedisConnection(client)).toThrow(CasConfigError);
    expect(() => new RedisProvider({ ...options(), role: 'slave' })).toThrow(/role "slave"/);
  });

  it('is unavailable at once while no Sentinel knows the master, and found when one does', async () => {
    const generations = new RedisGenerationStore({ ...options(), name: 'later' });
    try {
      await expect(generations.bump('single:t:a')).rejects.toBeInstanceOf(CasUnavailableError);
      await expect(generations.bump('single:t:a')).rejects.toThrow(/master "later".*All sentinels are unreachable/);
      const watcher = new Redis({ host: '127.0.0.1', port: sentinel.port });
      await watcher.call('sentinel', 'MONITOR', 'later', '127.0.0.1', master.port, 1);
      watcher.disconnect();
      await until(() => works(() => generations.bump('single:t:a')), 'the master was found');
    } finally {
      await generations.close();
    }
  });

  it('reads from no replica that Sentinel takes for the master, though masters are trusted', async () => {
    const replica = await startRedis();
    await replicate(master, replica);
    const mistaken = await startSentinel(replica);
    const sentinels = [{ host: '127.0.0.1', port: mistaken.port }];
    const process = new Process({ sentinels, name: 'mymaster' }, { onFailover: 'trust' });
    try {
      // Nothing would vet it: it is not even a server that is there.
      await process.connection.connect();
      expect(process.connection.servers()).toEqual([expect.objectContaining({ state: 'unreachable' })]);
      await expect(process.atomic.read('single:t:a')).rejects.toBeInstanceOf(CasUnavailableError);
      await ask(replica, (client) => client.replicaof('NO', 'ONE'));
      await until(() => works(() => process.atomic.read('single:t:a')), 'it was a master');
    } finally {
      await process.close();
      await mistaken.stop();
      await replica.stop();
    }
  });
});
