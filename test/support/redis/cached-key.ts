import type { AtomicStore } from '../../../lib/contracts/atomic-store.js';
import type { Generation } from '../../../lib/contracts/generation-store.js';
import { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import type { RedisConnectionOptions } from '../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import type { RedisSource } from '../../../lib/redis/connection/redis-source.js';

/** One process of an application that caches in Redis. */
export class Process {
  readonly connection: RedisConnection;
  readonly generations: RedisGenerationStore;
  readonly atomic: AtomicStore;

  constructor(source: RedisSource, options: RedisConnectionOptions = {}) {
    this.connection = new RedisConnection(source, options);
    this.generations = new RedisGenerationStore(this.connection);
    this.atomic = new RedisProvider(this.connection).atomicWith(this.generations) as AtomicStore;
  }

  /** Caches the bytes, and answers the generation that they are valid under. */
  async fill(key: string, ...bytes: readonly number[]): Promise<Generation> {
    const generation = await this.generations.snapshot(key);
    if (!(await this.atomic.fill(key, generation, Buffer.from(bytes), 60_000))) throw new Error('the fill was refused');
    return generation;
  }

  /** Whether a read accepts what was filled under the generation. */
  async hits(key: string, generation: Generation): Promise<boolean> {
    const { entry, generation: current } = await this.atomic.read(key);
    return entry !== undefined && current === generation;
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
