export { RedisConnection } from './redis-connection.js';
export type { RedisConnectionOptions } from './redis-connection.js';
export { RedisGenerationStore } from './redis-generation-store.js';
export type { RedisGenerationStoreOptions } from './redis-generation-store.js';
export { RedisProvider } from './redis-provider.js';
export type { RedisProviderOptions } from './redis-provider.js';
export type { RedisClientLike, RedisClusterOptions, RedisSource } from './redis-source.js';
