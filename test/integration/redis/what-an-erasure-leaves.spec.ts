import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import type { CasCodec } from '../../../lib/contracts/codec.js';
import type { CasProvider } from '../../../lib/contracts/provider.js';
import type { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { makeCache } from '../../../lib/core/partitioned-cache.js';
import { generationKey, leaseKey } from '../../../lib/keys/storage-keys.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisSource } from '../../../lib/redis/connection/redis-source.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import { startCluster, startRedis } from '../../support/redis/redis-server.mjs';

const TTL_MS = 10 * 60_000;
const FILL_DEADLINE_MS = 60_000;
const VALUE = 'planted-value-9c1e';
/** What tells of a person. */
const PERSON = 'ada@planted.example';
const OTHER = 'somebody else';

/** All that a server holds: the names, and the bytes under them. */
async function dump(outside: Redis | Cluster): Promise<ReadonlyMap<string, Buffer>> {
  const held = new Map<string, Buffer>();
  for (const master of outside instanceof Redis ? [outside] : outside.nodes('master')) {
    for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
      const [next, names] = await master.scan(cursor, 'COUNT', 1_000);
      cursor = next;
      for (const name of names) {
        const type = await master.type(name);
        if (type !== 'string') throw new Error(`${name} is a ${type}, whose bytes are not looked at here`);
        held.set(name, (await master.getBuffer(name)) ?? Buffer.alloc(0));
      }
    }
  }
  return held;
}

const withBytes = (held: ReadonlyMap<string, Buffer>, text: string): string[] =>
  [...held].filter(([, bytes]) => bytes.includes(text)).map(([name]) => name);
const withName = (held: ReadonlyMap<string, Buffer>, text: string): string[] =>
  [...held.keys()].filter((name) => name.includes(text)).toSorted();

const SERVERS = [
  [
    'Redis',
    async () => {
      const server = await startRedis();
      return { source: server.url as RedisSource, outside: new Redis(server.url), stop: () => server.stop() };
    },
  ],
  [
    'a Redis Cluster',
    async () => {
      const cluster = await startCluster();
      const source: RedisSource = { nodes: cluster.nodes };
      return { source, outside: new Cluster([...cluster.nodes]), stop: () => cluster.stop() };
    },
  ],
] as const;

describe.each(SERVERS)('what an erasure leaves in %s', (_, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  let connection: RedisConnection;
  let provider: RedisProvider;
  let generations: RedisGenerationStore;
  let count = 0;

  beforeAll(async () => {
    server = await start();
    // A server that has just started would take no fill while intents are in use.
    connection = new RedisConnection(server.source, { onFailover: 'trust' });
    provider = new RedisProvider(connection);
    generations = new RedisGenerationStore(connection);
  });

  afterAll(async () => {
    await connection.close();
    await server.outside.quit();
    await server.stop();
  });

  type Options = Partial<CasCacheNamespaceOptions>;
  const cacheOf = (namespace: string, options: Options = {}, near?: CasProvider): CasCacheService<string> =>
    makeCache<string>(resolveNamespaceOptions({ namespace, ttl: TTL_MS, timeout: '2s', ...options }), {
      provider: provider as CasProvider,
      near,
      generations,
      codec: new JsonCodec() as CasCodec,
      hooks: [],
    });

  /** Everything that stores something of a key, with the planted value. */
  const use = async (cache: CasCacheService<string>, key: string): Promise<void> => {
    const load = (): string => VALUE;
    await cache.getOrLoad(key, load, { stampede: 'replicas' });
    const both = await cache.getOrLoadMany([key, OTHER], (keys) => new Map(keys.map((one) => [one, VALUE])));
    expect(both.get(key)).toBe(VALUE);
    await cache.withWriteIntent(key, () => undefined);
    await cache.getOrLoad(key, load, { fresh: '1m' });
    await cache.getOrLoadMany([key, 'a third'], (keys) => new Map(keys.map((one) => [one, VALUE])));
  };

  const FORMS: [string, Options, boolean][] = [
    ['singles and bulk frames', {}, false],
    ['values near', {}, true],
    ['a version', { valueVersion: '2' }, false],
    ['a version, and values near', { valueVersion: '2' }, true],
    ['a partition', { partition: () => 'acme' }, false],
    ['a partition of a version', { partition: () => 'acme', valueVersion: 'v.3' }, false],
    ['soft ttls', { fresh: '1m' }, false],
  ];

  it.each(FORMS)(
    '%s: no byte of the value, and the key in the name of its generation alone',
    async (__, options, isTiered) => {
      const namespace = `n${++count}`;
      const near = isTiered ? new MemoryProvider() : undefined;
      const cache = cacheOf(namespace, options, near as CasProvider | undefined);
      const version = options.valueVersion === undefined ? '' : `@${options.valueVersion}`;
      const nearHolds = (): boolean => near?.get(`single:${namespace}${version}:${PERSON}`) !== undefined;
      // Another build is there, too.
      const older = cacheOf(namespace, { ...options, valueVersion: 'older' });
      await use(older, PERSON);
      await use(cache, PERSON);
      const before = await dump(server.outside);
      const planted = withBytes(before, VALUE);
      expect(nearHolds()).toBe(isTiered);
      expect(planted.some((name) => name.startsWith(`single:${namespace}`) && name.includes(PERSON))).toBe(true);

      await cache.erase([PERSON, OTHER, 'a third']);
      const after = await dump(server.outside);
      expect(withBytes(after, VALUE)).toEqual([]);
      expect(withBytes(after, PERSON)).toEqual([]);
      const key = options.partition === undefined ? PERSON : `4:acme:${PERSON}`;
      const cell = generationKey(`single:${namespace}:${key}`);
      expect(withName(after, PERSON).filter((name) => name.includes(`:${namespace}`))).toEqual([cell]);
      const left = await server.outside.pttl(cell);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(TTL_MS + FILL_DEADLINE_MS);
      expect(await cache.get(PERSON)).toBeUndefined();
      expect(nearHolds()).toBe(false);
    },
    60_000,
  );

  it('the lease of a load that is under way names the key too, for as long as that may take', async () => {
    const namespace = `n${++count}`;
    const cache = cacheOf(namespace);
    await use(cache, PERSON);
    const storageKey = `single:${namespace}:${PERSON}`;
    await generations.leases.acquire(storageKey, 'token', 30_000);
    await cache.erase(PERSON);
    const names = withName(await dump(server.outside), PERSON).filter((name) => name.includes(`:${namespace}:`));
    expect(names).toEqual([generationKey(storageKey), leaseKey(storageKey)].toSorted());
    expect(await server.outside.pttl(leaseKey(storageKey))).toBeLessThanOrEqual(30_000);
  }, 60_000);
});
