import { Redis } from 'ioredis';

import type { RedisServer } from './redis-server.mjs';
import { until } from './until.js';

/** More than the sockets between two servers hold, so that what comes after it waits in the master. */
const JUNK = 'x'.repeat(32 * 1024 * 1024);

/** Makes one server the replica of another. Resolves when it has its copy. */
export async function replicate(master: RedisServer, replica: RedisServer): Promise<void> {
  await ask(replica, (client) => client.replicaof('127.0.0.1', master.port));
  await until(() => isReplicated(master), 'the replica had its copy');
}

/** Whether a replica has everything that was written to the master. */
export async function isReplicated(master: RedisServer): Promise<boolean> {
  return ask(master, async (client) => {
    // A connection that wrote nothing waits for nothing.
    await client.set('replicated', '1');
    return (await client.wait(1, 200)) === 1;
  });
}

/** Promotes a replica that never got what `work` wrote to its master, by a command such as REPLICAOF NO ONE. */
export async function promoteWithout(
  work: () => Promise<unknown>,
  { master, replica, by }: { master: RedisServer; replica: RedisServer; by: readonly [string, ...string[]] },
): Promise<void> {
  await until(() => isReplicated(master), 'the replica had everything before');
  const [name, ...args] = by;
  await ask(replica, async (promoted) => {
    process.kill(replica.pid as number, 'SIGSTOP');
    await ask(master, async (client) => {
      await client.set('junk', JUNK);
      await work();
      // What the replica did not get until now, it never gets.
      await client.call('client', 'kill', 'type', 'replica');
    });
    const promotion = promoted.call(name, args);
    process.kill(replica.pid as number, 'SIGCONT');
    await promotion;
  });
}

export async function ask<T>(server: RedisServer, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ port: server.port, retryStrategy: null });
  try {
    await client.ping();
    return await question(client);
  } finally {
    client.disconnect();
  }
}
