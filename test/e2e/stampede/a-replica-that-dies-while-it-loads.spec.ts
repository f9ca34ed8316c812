import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { Replica } from './replica/replica.js';

const PROCESSES = 3;
const CALLERS = 50;
const WAIT = 1_000;

describe("stampede: 'replicas'", () => {
  let redis: RedisServer;
  let replicas: Replica[];

  beforeEach(async () => {
    redis = await startRedis();
    const options = { redisPort: redis.port, topology: 'redis', stampedeWait: WAIT } as const;
    replicas = await Promise.all(Array.from({ length: PROCESSES }, () => Replica.start(options)));
  });

  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await redis.stop('SIGKILL');
  });

  /** The replica that loads the key first, asked as one of all. The others have missed by then. */
  const firstToLoad = async (): Promise<{ readonly first: Replica; readonly others: readonly Replica[] }> => {
    const begun = new Promise<Replica>((resolve) => {
      for (const replica of replicas) replica.onLoad = () => resolve(replica);
    });
    await Promise.all(replicas.map((replica) => replica.ask('a', CALLERS)));
    const first = await begun;
    return { first, others: replicas.filter((replica) => replica !== first) };
  };

  it('the loading process is killed (SIGKILL) while it loads: nobody waits past the bound', async () => {
    const { first, others } = await firstToLoad();
    for (const other of others) other.onLoad = (key) => other.finish(key, 'value of a survivor');
    await first.kill();
    // They load by themselves, with what the dead one was to give back or without: nobody else would end their wait.
    for (const other of others) {
      expect(await other.answers('a')).toEqual(Array.from({ length: CALLERS }, () => 'value of a survivor'));
    }
    const loads = others.map(({ loads: counted }) => counted.get('a') ?? 0);
    expect(Math.max(...loads)).toBe(1);
  });

  it('Redis is killed while one loads: the others do not wait for what it can no longer store', async () => {
    const { others } = await firstToLoad();
    for (const other of others) other.onLoad = (key) => other.finish(key, 'value of its own');
    await redis.down('SIGKILL');
    for (const other of others) {
      expect(await other.answers('a')).toEqual(Array.from({ length: CALLERS }, () => 'value of its own'));
    }
  });
});
