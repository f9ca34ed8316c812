import { Cluster, Redis } from 'ioredis';
import { afterEach, describe, expect, it } from '@jest/globals';

import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

const MINUTE = 60_000;

const CLIENTS = [
  ['Redis', async () => new Redis(await sharedRedis(), { connectionName: freshNamespace(), keyPrefix: 'app:' })],
  [
    'Redis Cluster',
    async () => {
      const redisOptions = { connectionName: freshNamespace() };
      return new Cluster([...(await sharedCluster()).nodes], { redisOptions, keyPrefix: 'app:' });
    },
  ],
] as const;

describe.each(CLIENTS)("a caller's client of %s", (_, connect) => {
  let client: Redis | Cluster;

  afterEach(() => client.disconnect());

  it('stays open when the parts made from it are closed, and keeps its options', async () => {
    client = await connect();
    const before = { ...client.options };
    const provider = new RedisProvider(client);
    const generations = new RedisGenerationStore(client);
    const key = `single:${freshNamespace()}:a`;
    await provider.set(key, Buffer.of(1), { ttlMs: MINUTE });
    await generations.bump(key);
    for (let n = 0; n < 2; n++) {
      await provider.close();
      await generations.close();
    }
    expect(await client.ping()).toBe('PONG');
    expect(client.options).toEqual(before);
    expect(client.options.enableOfflineQueue).toBe(true);
    expect(await client.getBuffer(key)).toEqual(Buffer.of(1));
  });

  it('is used with its keyPrefix, and ours after it', async () => {
    client = await connect();
    const provider = new RedisProvider(client, { keyPrefix: 'ours:' });
    const key = `single:${freshNamespace()}:a`;
    await provider.set(key, Buffer.of(1), { ttlMs: MINUTE });
    expect(await client.getBuffer(`ours:${key}`)).toEqual(Buffer.of(1));
    await provider.close();
  });

  it('may be lazy: our connection is made all the same', async () => {
    client = await connect();
    const lazy =
      client instanceof Cluster
        ? client.duplicate([], { lazyConnect: true })
        : client.duplicate({ lazyConnect: true, enableOfflineQueue: false });
    const generations = new RedisGenerationStore(lazy);
    expect(await generations.snapshot(`single:${freshNamespace()}:a`)).toBeGreaterThan(0);
    await generations.close();
    expect(lazy.status).toBe('wait');
    lazy.disconnect();
  });

  it('makes one atomic store of the two parts that were made from it, and none of parts from elsewhere', async () => {
    client = await connect();
    const [provider, generations] = [new RedisProvider(client), new RedisGenerationStore(client)];
    // It might lead to the same server, but nobody can know.
    const another = client instanceof Cluster ? client.duplicate() : client.duplicate();
    const elsewhere = new RedisGenerationStore(another);
    const prefixed = new RedisGenerationStore(client, { keyPrefix: 'other:' });
    expect(provider.atomicWith(elsewhere)).toBeUndefined();
    expect(provider.atomicWith(prefixed)).toBeUndefined();
    const atomic = provider.atomicWith(generations);
    const key = `single:${freshNamespace()}:a`;
    const generation = await generations.snapshot(key);
    expect(await atomic?.fill(key, generation, Buffer.of(1), MINUTE)).toBe(true);
    expect(await provider.get(key)).toEqual(Buffer.of(1));
    for (const part of [provider, generations, elsewhere, prefixed]) await part.close();
    await another.quit();
  });
});

describe('a connection made from options or a URL', () => {
  it('is owned by the part that made it, and closed once with it', async () => {
    const [watch, name] = [new Redis(await sharedRedis()), freshNamespace()];
    const connections = async (): Promise<number> => String(await watch.client('LIST')).split(name).length - 1;
    const { port } = new URL(await sharedRedis());
    const store = new RedisGenerationStore({ host: '127.0.0.1', port: Number(port), connectionName: name });
    await store.snapshot(`single:${name}:a`);
    expect(await connections()).toBe(1);
    await Promise.all([store.close(), store.close()]);
    await until(async () => (await connections()) === 0, 'the connection was closed');
    await watch.quit();
  });

  it('that both parts are given is shared, and left open by them: whoever made it closes it', async () => {
    const connection = new RedisConnection(await sharedRedis());
    const [provider, generations] = [new RedisProvider(connection), new RedisGenerationStore(connection)];
    const key = `single:${freshNamespace()}:a`;
    const generation = await generations.bump(key);
    expect(await provider.atomicWith(generations)?.read(key)).toEqual({ entry: undefined, generation });
    await provider.close();
    expect(await generations.current(key)).toBe(generation);
    await generations.close();
    expect(await generations.current(key)).toBe(generation);
    await connection.close();
  });

  it('may be a URL with a database and a user', async () => {
    const url = `${await sharedRedis()}/3`;
    const [store, other] = [new RedisProvider(url), new RedisProvider(await sharedRedis())];
    const key = `single:${freshNamespace()}:a`;
    await store.set(key, Buffer.of(1), { ttlMs: MINUTE });
    expect(await store.get(key)).toEqual(Buffer.of(1));
    expect(await other.get(key)).toBeUndefined();
    await store.close();
    await other.close();
  });
});
