import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { JsonCodec } from '../../../../lib/codecs/json.codec.js';
import type { Ttl } from '../../../../lib/common/ttl.js';
import { CasCacheService } from '../../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../../lib/core/options/namespace-options.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../../lib/redis/connection/redis-connection.js';
import type { RedisSource } from '../../../../lib/redis/connection/redis-source.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import {
  BRIEF,
  eraseWhatIsPlanted,
  PATIENT,
  PLANTED,
  PLANTED_TAGS,
  TRAFFIC,
  TRAFFIC_OF_LEASES,
  useEveryFeature,
  useTags,
  useTagsOf,
} from '../../../support/redis/every-feature.js';
import { replicate } from '../../../support/redis/failover.js';
import { LeasedCache } from '../../../support/redis/leased-cache.js';
import type { LeasedOptions } from '../../../support/redis/leased-cache.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import { sharedCluster, sharedRedis, freshNamespace } from '../../../support/redis/shared-redis.js';
import { TraceScreen } from '../../../support/redis/trace-screen.js';
import { KNOWS_SCRIPT_FLAGS } from '../../../support/redis/server-version.js';
import { isUnknownScript, isUnknownShebang } from '../../../../lib/redis/scripts/redis-errors.js';

const { key: KEY, value: VALUE } = PLANTED;
/** What must be seen, so that the test cannot pass for want of traffic. */
const SEEN = [...TRAFFIC, 'set', 'pttl', 'info', 'get', 'script'];

async function useEverything(source: RedisSource, options: RedisConnectionOptions = {}): Promise<void> {
  const connection = new RedisConnection(source, { keyPrefix: `${freshNamespace()}:`, ...options });
  const provider = new RedisProvider(connection);
  const generations = new RedisGenerationStore(connection);
  const cacheOf = (namespace: string, timeout: Ttl): CasCacheService<string> =>
    new CasCacheService(
      resolveNamespaceOptions({
        namespace,
        timeout,
        stampede: 'replicas',
        intentLease: 1,
        tags: namespace === 'tagged',
      }),
      {
        provider,
        generations,
        codec: new JsonCodec(),
        hooks: [],
      },
    );
  const caches = [cacheOf('n', PATIENT), cacheOf('erased', BRIEF), cacheOf('tagged', PATIENT)] as const;
  try {
    await useEveryFeature(caches[0]);
    await eraseWhatIsPlanted(caches[1]);
    await useTagsOf(caches[2]);
    await useTags(generations.tags.of(PLANTED_TAGS.namespace));
    const one = `single:n:${KEY}-1`;
    await provider.set(one, Buffer.from(VALUE), { ttlMs: 60_000 });
    await provider.get(one);
    await provider.remainingTtl(one);
  } finally {
    for (const cache of caches) await cache.close();
    await connection.close();
  }
}

describe('whoever listens to what ioredis publishes', () => {
  let screen: TraceScreen;

  beforeEach(() => {
    screen = new TraceScreen();
    screen.open();
  });

  afterEach(() => screen.close());

  const seesNothing = (): void => {
    expect(screen.commands).toEqual(expect.arrayContaining(SEEN));
    expect(screen.texts.leaked([KEY, VALUE, ...Object.values(PLANTED_TAGS)])).toEqual([]);
    // Before it is known that a server does not know script flags, it says so of every script.
    const ofFlags = (error: unknown): boolean => isUnknownShebang(error) || isUnknownScript(error);
    const errors = screen.errors.filter((error) => KNOWS_SCRIPT_FLAGS || !ofFlags(error));
    expect(errors).toEqual([]);
  };

  it('sees no key, no value and no error: Redis', async () => {
    const server = await startRedis();
    try {
      await useEverything(server.url);
      seesNothing();
    } finally {
      await server.stop();
    }
  });

  it('sees no key, no value and no error: with replicas that are waited for', async () => {
    const [master, replica] = await Promise.all([startRedis(), startRedis()]);
    try {
      await replicate(master, replica);
      screen.errors.length = 0;
      await useEverything(master.url, { waitReplicas: 1, waitTimeout: 2_000 });
      seesNothing();
    } finally {
      await Promise.all([master.stop('SIGKILL'), replica.stop('SIGKILL')]);
    }
  });

  it('sees no key, no value and no error: read leases', async () => {
    const server = await startRedis();
    const namespace = freshNamespace();
    const open: LeasedCache[] = [];
    const start = (options: Partial<LeasedOptions>): LeasedCache => {
      const one = new LeasedCache(server.url, { namespace, timeout: PATIENT, ...options });
      open.push(one);
      return one;
    };
    try {
      const holders = await Promise.all([
        start({ topology: 'near' }).holding(),
        start({ topology: 'tiered' }).holding(),
      ]);
      for (const holder of holders) await holder.served(`${KEY}-1`, VALUE);
      for (const topology of ['near', 'redis'] as const) {
        await useEveryFeature(start({ topology, readLease: 'honour' }).cache);
      }
      for (const one of open) await one.close();
      expect(screen.commands).toEqual(expect.arrayContaining([...TRAFFIC, ...TRAFFIC_OF_LEASES]));
      expect(screen.texts.leaked([KEY, VALUE])).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  it('sees no key and no value: Redis Cluster', async () => {
    await useEverything(await sharedCluster());
    seesNothing();
  });

  it('sees no arguments of a command that the server has under another name', async () => {
    const server = await startRedis({ args: ['--rename-command', 'EVALSHA', ''] });
    try {
      const connection = new RedisConnection(server.url, { onFailover: 'trust' });
      const generations = new RedisGenerationStore(connection);
      const refused = await generations.bump(KEY).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Error);
      expect(inspect(refused, { depth: 10 })).not.toContain(KEY);
      expect(screen.texts.leaked([KEY])).toEqual([]);
      await connection.close();
    } finally {
      await server.stop();
    }
  });

  it('costs nothing where nobody listens: the reply is that of the command itself', async () => {
    screen.close();
    const connection = new RedisConnection(await sharedRedis());
    expect(await connection.call(['echo', VALUE])).toBe(VALUE);
    await connection.close();
  });
});
