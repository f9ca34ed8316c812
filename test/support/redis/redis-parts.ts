import { Cluster, Redis } from 'ioredis';

import type { AtomicReading, AtomicStore } from '../../../lib/contracts/atomic-store.js';
import { generationKey } from '../../../lib/keys/storage-keys.js';
import { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import type { RetentionOptions } from '../../../lib/redis/cells/retention.js';
import { freshNamespace, sharedCluster, sharedRedis } from './shared-redis.js';

/** What the store of Redis has of what a store may have. */
interface OfRedis {
  readonly timed: NonNullable<AtomicStore['timed']>;
  readOrIssue(key: string): Promise<AtomicReading>;
  isNew(key: string): boolean;
}

/** A provider and a generation store on one connection, and somebody else's client of the same Redis. */
export interface RedisParts {
  readonly connection: RedisConnection;
  readonly provider: RedisProvider;
  readonly generations: RedisGenerationStore;
  readonly atomic: AtomicStore & OfRedis;
  readonly outside: Redis | Cluster;
  /** The storage key of a key that no other test uses. */
  key(key: string): string;
  /** What the generation of the storage key is called in Redis, for `outside`. */
  cell(storageKey: string): string;
  close(): Promise<void>;
}

export type PartsOptions = RedisConnectionOptions & RetentionOptions;

export async function redisParts(outside: Redis | Cluster, options: PartsOptions = {}): Promise<RedisParts> {
  const { keyPrefix, onWarning, ...retention } = options;
  const connection = new RedisConnection(outside, { keyPrefix, onWarning });
  const provider = new RedisProvider(connection);
  const generations = new RedisGenerationStore(connection, retention);
  const prefix = `single:${freshNamespace()}:`;
  return {
    connection,
    provider,
    generations,
    atomic: provider.atomicWith(generations) as RedisParts['atomic'],
    outside,
    key: (key) => prefix + key,
    cell: (storageKey) => (keyPrefix ?? '') + generationKey(storageKey, keyPrefix),
    close: async () => {
      await connection.close();
      await outside.quit();
    },
  };
}

/** Both kinds of Redis, for `describe.each`. */
export const KINDS = [
  ['Redis', async (options?: PartsOptions) => redisParts(new Redis(await sharedRedis()), options)],
  ['Redis Cluster', async (options?: PartsOptions) => redisParts(await clusterClient(), options)],
] as const;

async function clusterClient(): Promise<Cluster> {
  return new Cluster([...(await sharedCluster()).nodes]);
}
