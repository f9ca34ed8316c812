import { Redis } from 'ioredis';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

const MOST_ATTEMPTS = 3;

/**
 * Speaks to one server, over a connection that is closed again. Sentinel closes every connection of a server whose role
 * it changes, and that must not end the laboratory: what it asks may be asked again.
 */
export async function ask<T>(server: Pick<RedisServer, 'port'>, question: (client: Redis) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await askOnce(server, question);
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !(error as Error).message.includes('Connection is closed')) throw error;
    }
  }
}

async function askOnce<T>(server: Pick<RedisServer, 'port'>, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ port: server.port, retryStrategy: () => null, protocol: 2 });
  client.on('error', () => undefined);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}
