import { RedisConnection } from '../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../lib/redis/parts/redis-provider.js';
import { OURS } from './library.js';
import type { Library } from './library.js';

/** The code under test with its Redis parts. */
export interface RedisLibrary extends Library {
  readonly RedisConnection: typeof RedisConnection;
  readonly RedisGenerationStore: typeof RedisGenerationStore;
  readonly RedisProvider: typeof RedisProvider;
}

export const OURS_WITH_REDIS: RedisLibrary = { ...OURS, RedisConnection, RedisGenerationStore, RedisProvider };
