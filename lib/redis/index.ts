export { RedisConnection } from './connection/redis-connection.js';
export type { RedisConnectionOptions } from './connection/redis-connection.js';
export { RedisGenerationStore } from './parts/redis-generation-store.js';
export type { RedisGenerationStoreOptions } from './parts/redis-generation-store.js';
export { RedisProvider } from './parts/redis-provider.js';
export type { RedisProviderOptions } from './parts/redis-provider.js';
export type { RedisClientLike, RedisClusterOptions, RedisSource } from './connection/redis-source.js';
export type { RedisServerState } from './connection/server-state.js';
