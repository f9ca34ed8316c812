import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import { SYSTEM_TIMERS } from '../../../lib/common/timers.js';
import type { Timers } from '../../../lib/common/timers.js';
import { CasCacheService } from '../../../lib/core/cas-cache.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { LeaseHitStats } from '../../../lib/contracts/stats.js';
import { MemoryProvider } from '../../../lib/providers/memory-provider.js';
import { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisSource } from '../../../lib/redis/connection/redis-source.js';
import { RedisReadLeases } from '../../../lib/redis/leases/redis-read-leases.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import { RecordedEvents } from '../core/recorded-events.js';
import { until } from './until.js';

export interface LeasedOptions extends Partial<CasCacheNamespaceOptions> {
  readonly namespace: string;
  readonly topology?: 'near' | 'tiered' | 'redis';
  readonly deltaMs?: number;
  /** That leases are counted by. */
  readonly timers?: Timers;
  /** Of its connection. */
  readonly redis?: Pick<RedisConnectionOptions, 'waitReplicas' | 'waitTimeout'>;
}

/** The cache of one process with read leases, and what it warned of. */
export class LeasedCache {
  readonly cache: CasCacheService<string>;
  readonly events = new RecordedEvents();
  readonly warnings: string[] = [];
  readonly connection: RedisConnection;
  readonly namespace: string;

  constructor(
    source: RedisSource,
    { topology = 'near', deltaMs = 300, timers = SYSTEM_TIMERS, redis = {}, ...options }: LeasedOptions,
  ) {
    this.namespace = options.namespace;
    this.connection = new RedisConnection(source, {
      ...redis,
      onWarning: (message) => this.warnings.push(message),
    });
    const generations = new RedisGenerationStore(this.connection);
    Object.assign(generations, { readLeases: new RedisReadLeases(this.connection, timers, deltaMs) });
    const values = new MemoryProvider();
    const bytes = new RedisProvider(this.connection);
    const resolved = resolveNamespaceOptions({ readLease: true, timeout: '5s', ...options });
    this.cache = new CasCacheService<string>(resolved, {
      provider: topology === 'near' ? values : bytes,
      near: topology === 'tiered' ? values : undefined,
      generations,
      codec: new JsonCodec(),
      hooks: [this.events],
    });
  }

  get leases(): LeaseHitStats {
    return this.cache.stats().readLeases as LeaseHitStats;
  }

  /** Connects, and waits for the lease. */
  async holding(): Promise<this> {
    await this.connection.connect();
    await until(() => this.leases.holding, 'it holds a lease');
    return this;
  }

  /** Loads the key, and reads it until a hit asks nothing. */
  async served(key: string, value = key): Promise<void> {
    const { hits } = this.leases;
    await until(async () => {
      await this.cache.getOrLoad(key, () => value);
      return this.leases.hits > hits;
    }, `${key} is served by a lease`);
  }

  async close(): Promise<void> {
    await this.cache.close();
    await this.connection.close();
  }
}
