import type { RedisConnection } from '../connection/redis-connection.js';

/** The list of those that hold leases of a namespace. */
export function registryName({ keyPrefix }: Pick<RedisConnection, 'keyPrefix'>, namespace: string): string {
  return `${keyPrefix}leases:{${namespace}}`;
}
