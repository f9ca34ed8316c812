import { Cluster, Redis } from 'ioredis';
import { afterEach, describe, expect, it } from '@jest/globals';

import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

const MINUTE = 60_000;

const CLIENTS = [
  ['Redis', async (keyPrefix: string) => new Redis(await sharedRedis(), { keyPrefix })],
  ['Redis Cluster', async (keyPrefix: string) => new Cluster([...(await sharedCluster()).nodes], { keyPrefix })],
] as const;

describe.each(CLIENTS)('load leases on %s', (_, connect) => {
  const closing: (() => Promise<unknown>)[] = [];

  const open = async (clientPrefix: string, keyPrefix = '') => {
    const client = await connect(clientPrefix);
    const generations = new RedisGenerationStore(client, { keyPrefix });
    const provider = new RedisProvider(client, { keyPrefix });
    closing.push(
      () => generations.close(),
      () => provider.close(),
      () => client.quit(),
    );
    return { client, generations, provider, leases: generations.leases };
  };

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('are dropped by the server itself', async () => {
    const { leases } = await open('');
    const key = `single:${freshNamespace()}:a`;
    expect(await leases.acquire(key, 'crashed', 50)).toBe(true);
    await until(async () => leases.acquire(key, 'two', MINUTE), 'the lease ran out');
  });

  it('stand beside the generation, with the prefixes of the client and of the store before them', async () => {
    const ns = freshNamespace();
    const { client, leases } = await open('app:', 'ours:');
    await leases.acquire(`single:${ns}:a`, 'one', MINUTE);
    await leases.acquire(`single:${ns}:{tag}a`, 'two', MINUTE);
    await leases.acquire(`single:${ns}:a}`, 'three', MINUTE);
    const kept = [`load:{app:ours:single:${ns}:a}`, `load:{tag}:single:${ns}:{tag}a`, `load:{}:single:${ns}:a}`];
    const found = await Promise.all(kept.map((name) => client.get(`ours:${name}`)));
    expect(found).toEqual(['one', 'two', 'three']);
  });

  it('of applications with other prefixes are others', async () => {
    const key = `single:${freshNamespace()}:a`;
    for (const [clients, ours] of [
      ['', ''],
      ['app:', ''],
      ['app:', 'ours:'],
    ] as const) {
      expect(await (await open(clients, ours)).leases.acquire(key, 'one', MINUTE)).toBe(true);
      expect(await (await open(clients, ours)).leases.acquire(key, 'one', MINUTE)).toBe(false);
    }
  });

  it.each(['', 'app:', '{app}:', 'a{b', 'a}b'])(
    'are neither values nor generations, and no clear touches them, with the keyPrefix "%s"',
    async (clientPrefix) => {
      const { generations, provider, leases } = await open(clientPrefix);
      const ns = freshNamespace();
      const keys = ['a', '{tag}', '}', 'a{}b'].map((key) => `single:${ns}:${key}`);
      for (const key of keys) await leases.acquire(key, '123', MINUTE);
      expect(await generations.currentMany(keys)).toEqual(keys.map(() => 0));
      expect(await provider.getMany(keys)).toEqual(keys.map(() => undefined));

      const issued = await generations.snapshotMany(keys);
      for (const key of keys) await leases.release(key, '123');
      expect(await generations.currentMany(keys)).toEqual(issued);

      for (const key of keys) await leases.acquire(key, '123', MINUTE);
      await generations.clear(`single:${ns}:`);
      await provider.clear(`single:${ns}:`);
      for (const key of keys) expect(await leases.acquire(key, 'other', MINUTE)).toBe(false);
    },
  );
});
