import { Redis } from 'ioredis';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

/** Speaks to one server, over a connection that is closed again. */
export async function ask<T>(server: Pick<RedisServer, 'port'>, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ port: server.port, retryStrategy: () => null, protocol: 2 });
  client.on('error', () => undefined);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}
