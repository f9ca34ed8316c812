/** The Redis parts: what `nestjs-cascache/redis` exports. */
export type RedisParts = typeof import('../redis/index.js');

/**
 * Loads the Redis parts. Only here and only when a topology asks for them. They load ioredis by themselves, when they
 * are given options or a URL to make a client of.
 */
export function loadRedis(): Promise<RedisParts> {
  return import('../redis/index.js');
}
