import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { CAS_GEN_STORE, CAS_PROVIDER, CasCacheModule, CasCacheRegistry, MemoryProvider } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasTopology } from 'nestjs-cascache';
import { RedisGenerationStore, RedisProvider } from 'nestjs-cascache/redis';
import { applications } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';

const { compile } = applications();

const clients: Redis[] = [];
const client = async (options = {}): Promise<Redis> => {
  const made = new Redis(await sharedRedis(), options);
  clients.push(made);
  return made;
};
afterEach(async () => {
  for (const made of clients.splice(0)) await made.quit();
});

/** A machine may be too busy for the usual deadline. */
const PATIENT = { timeout: '10s' } as const;

const replica = (namespace: string, options: CasCacheModuleOptions) =>
  compile({
    imports: [CasCacheModule.forRoot({ defaults: PATIENT, ...options }), CasCacheModule.forFeature(namespace)],
    providers: [UserRepository],
  });

/** Two replicas of one application over one database: here, the name that both repositories know. */
async function expectFresh(options: () => Promise<CasCacheModuleOptions>): Promise<void> {
  const namespace = freshNamespace();
  const [one, other] = [await replica(namespace, await options()), await replica(namespace, await options())];
  const [reader, writer] = [one.get(UserRepository), other.get(UserRepository)];

  expect((await reader.find('42')).name).toBe('Linus');
  expect((await reader.find('42')).name).toBe('Linus');
  expect(reader.reads).toBe(1);
  reader.name = 'Tommy Lee Jones';
  await writer.rename('42', 'Tommy Lee Jones');
  expect((await reader.find('42')).name).toBe('Tommy Lee Jones');
  expect((await writer.find('42')).name).toBe('Tommy Lee Jones');
}

describe('a write in one replica is seen by every read that starts later in another', () => {
  it.each<CasTopology>(['near', 'redis', 'tiered'])('in topology %s, on a Redis', async (topology) => {
    await expectFresh(async () => ({ topology, redis: await sharedRedis() }));
  });

  it.each<CasTopology>(['near', 'redis', 'tiered'])('in topology %s, on a Redis Cluster', async (topology) => {
    await expectFresh(async () => ({ topology, redis: await sharedCluster() }));
  });

  it('with options from forRootAsync', async () => {
    const namespace = freshNamespace();
    const root = CasCacheModule.forRootAsync({
      useFactory: async () => ({ redis: await sharedRedis(), defaults: PATIENT }),
    });
    const app = await compile({ imports: [root, CasCacheModule.forFeature(namespace)], providers: [UserRepository] });
    const users = app.get(UserRepository);
    await users.find('1');
    await users.find('1');
    expect(users.reads).toBe(1);
  });
});

describe('the topology', () => {
  it.each<[CasCacheModuleOptions['topology'], unknown]>([
    [undefined, RedisProvider],
    ['redis', RedisProvider],
    ['near', MemoryProvider],
    ['tiered', RedisProvider],
  ])('%s has the parts that it says', async (topology, provider) => {
    const app = await replica(freshNamespace(), { topology, redis: await sharedRedis() });
    expect(app.get(CAS_PROVIDER)).toBeInstanceOf(provider);
    expect(app.get(CAS_GEN_STORE)).toBeInstanceOf(RedisGenerationStore);
  });

  it('tiered serves from this process as long as the generation is current', async () => {
    const namespace = freshNamespace();
    const outside = await client();
    const app = await replica(namespace, { topology: 'tiered', redis: await sharedRedis() });
    const cache = app.get(CasCacheRegistry).get(namespace);
    await cache.getOrLoad('1', () => 'Linus');
    await outside.del(`single:${namespace}:1`);
    expect(await cache.get('1')).toBe('Linus');
  });

  it('redis has what one replica stored in another', async () => {
    const namespace = freshNamespace();
    const options = { redis: await sharedRedis() };
    const [one, other] = [await replica(namespace, options), await replica(namespace, options)];
    await one.get(UserRepository).find('1');
    await other.get(UserRepository).find('1');
    expect(other.get(UserRepository).reads).toBe(0);
  });
});

describe('the connection', () => {
  const named = async (name: string): Promise<number> => {
    const outside = await client();
    return ((await outside.client('LIST')) as string).split('\n').filter((line) => line.includes(`name=${name}`))
      .length;
  };

  it('is one of our own beside the client that is given, which stays open', async () => {
    const name = freshNamespace();
    const given = await client({ connectionName: name });
    const app = await replica(freshNamespace(), { redis: given });
    await app.get(UserRepository).find('1');
    expect(await named(name)).toBe(2);
    await app.close();
    expect(await given.ping()).toBe('PONG');
    expect(await named(name)).toBe(1);
  });

  it('is one where options are given, and is closed with the application', async () => {
    const name = freshNamespace();
    const { hostname, port } = new URL(await sharedRedis());
    const redis = { host: hostname, port: Number(port), connectionName: name };

    const app = await replica(freshNamespace(), { redis });
    await app.get(UserRepository).find('1');
    expect(await named(name)).toBe(1);
    await app.close();
    expect(await named(name)).toBe(0);
  });

  it('puts keyPrefix before every key, after the prefix of the client', async () => {
    const namespace = freshNamespace();
    const outside = await client();
    const app = await replica(namespace, { redis: await client({ keyPrefix: 'theirs:' }), keyPrefix: 'ours:' });
    await app
      .get(CasCacheRegistry)
      .get(namespace)
      .getOrLoad('1', () => 1);
    expect(await outside.exists(`theirs:ours:single:${namespace}:1`)).toBe(1);
  });
});
