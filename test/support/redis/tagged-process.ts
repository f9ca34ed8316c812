import { Cluster, Redis } from 'ioredis';

import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import type { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { makeCache } from '../../../lib/core/partitioned-cache.js';
import { singleKey, tagClockKey, tagTableKey } from '../../../lib/keys/storage-keys.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisSource } from '../../../lib/redis/connection/redis-source.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import { RecordedEvents } from '../core/recorded-events.js';
import { sharedCluster, sharedRedis } from './shared-redis.js';

export type Topology = 'redis' | 'near' | 'tiered';

export interface TaggedOptions extends Partial<CasCacheNamespaceOptions> {
  readonly namespace: string;
  readonly topology: Topology;
  readonly connection?: RedisConnectionOptions | undefined;
}

/** One process of an application that has tags, with a connection of its own. */
export class TaggedProcess {
  readonly cache: CasCacheService<string>;
  readonly events = new RecordedEvents();
  readonly connection: RedisConnection;
  readonly generations: RedisGenerationStore;
  readonly names: { readonly clock: string; readonly table: string; readonly value: (key: string) => string };

  constructor(source: RedisSource, { topology, connection, ...options }: TaggedOptions) {
    this.connection = new RedisConnection(source, connection);
    this.generations = new RedisGenerationStore(this.connection);
    const { namespace } = options;
    this.names = {
      clock: tagClockKey(namespace),
      table: tagTableKey(namespace),
      value: (key) => singleKey(namespace, key),
    };
    const values = new MemoryProvider();
    const bytes = new RedisProvider(this.connection);
    // A server younger than the lease is not filled: it may have begun without what writers had opened on another.
    const resolved = resolveNamespaceOptions({ tags: true, timeout: '5s', intentLease: 1, ...options });
    this.cache = makeCache<string>(resolved, {
      provider: topology === 'near' ? values : bytes,
      near: topology === 'tiered' ? values : undefined,
      generations: this.generations,
      codec: new JsonCodec(),
      hooks: [this.events],
    });
  }

  /** Whether a read is answered by the cache, and with what. */
  async hit(key: string): Promise<string | undefined> {
    return this.cache.get(key);
  }

  async close(): Promise<void> {
    await this.cache.close();
    await this.connection.close();
  }
}

/** Every way to hold values, on Redis and on a Cluster: how it is called, where it is, and somebody else's client. */
export const TAGGED_PLACES = (['redis', 'near', 'tiered'] as const).flatMap((topology) =>
  (['Redis', 'Redis Cluster'] as const).map((place) => ({
    name: `${topology} on ${place}`,
    topology,
    source: (): Promise<RedisSource> => (place === 'Redis' ? sharedRedis() : sharedCluster()),
    outside: async (): Promise<Redis | Cluster> =>
      place === 'Redis' ? new Redis(await sharedRedis()) : new Cluster([...(await sharedCluster()).nodes]),
  })),
);
