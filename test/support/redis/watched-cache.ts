import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import { CasCacheService } from '../../../lib/core/cas-cache.js';
import type { Timers } from '../../../lib/common/timers.js';
import { resolveNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../lib/core/options/namespace-options.js';
import { singleKey } from '../../../lib/keys/storage-keys.js';
import { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import type { RedisSource } from '../../../lib/redis/connection/redis-source.js';
import { RecordedEvents } from '../core/recorded-events.js';

export interface WatchedOptions {
  readonly namespace: string;
  readonly timeout?: CasCacheNamespaceOptions['timeout'];
  readonly timers?: Timers;
  readonly events?: RecordedEvents;
  readonly connection?: RedisConnectionOptions;
}

/** The cache of one process whose values and generations are in Redis, and what it reports. */
export class WatchedCache<V = unknown> {
  readonly events: RecordedEvents;
  readonly cache: CasCacheService<V>;
  readonly generations: RedisGenerationStore;
  readonly namespace: string;
  private readonly connection: RedisConnection;

  constructor(source: RedisSource, given: WatchedOptions) {
    const { namespace, timeout, timers, events = new RecordedEvents() } = given;
    this.events = events;
    this.namespace = namespace;
    this.connection = new RedisConnection(source, given.connection);
    this.generations = new RedisGenerationStore(this.connection);
    // A server younger than the lease is not filled: it may have begun without what writers had opened on another.
    const options = resolveNamespaceOptions({
      namespace,
      intentLease: '1s',
      ...(timeout === undefined ? {} : { timeout }),
    });
    this.cache = new CasCacheService<V>(options, {
      provider: new RedisProvider(this.connection),
      generations: this.generations,
      codec: new JsonCodec(),
      hooks: [this.events],
      timers,
    });
  }

  at(key: string): string {
    return singleKey(this.namespace, key);
  }

  /** The keys that were hit since the events were forgotten. */
  hits(): string[] {
    return this.events.of('hit').map(({ key }) => key);
  }

  async close(): Promise<void> {
    try {
      await this.cache.close();
    } finally {
      await this.connection.close();
    }
  }
}
