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

export interface Promotion {
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** The command that promotes, such as REPLICAOF NO ONE. */
  readonly by: readonly [string, ...string[]];
  /** In a Cluster, a key whose slot the master has. */
  readonly key?: string;
  /** Whether the master crashes before. */
  readonly crash?: boolean;
}

/** Promotes a replica that never got what `work` wrote to its master. */
export async function promoteWithout(work: () => Promise<unknown>, promotion: Promotion): Promise<void> {
  const { master, replica, by, key = '', crash = false } = promotion;
  const [name, ...args] = by;
  await until(() => isReplicated(master, key), 'the replica had everything before');
  await ask(replica, async (promoted) => {
    process.kill(replica.pid as number, 'SIGSTOP');
    try {
      await ask(master, async (client) => {
        await client.set(`{${key}}junk`, JUNK);
        await work();
        // What the replica did not get until now, it never gets.
        if (!crash) await client.call('client', 'kill', 'type', 'replica');
      });
      if (crash) await master.down('SIGKILL');
      promoted.call(name, args).catch(() => undefined);
    } finally {
      process.kill(replica.pid as number, 'SIGCONT');
    }
    await until(async () => (await promoted.info('replication')).includes('role:master'), 'it was promoted');
  });
}

/** Whether a replica has everything that was written to the master. */
async function isReplicated(master: RedisServer, key = ''): Promise<boolean> {
  return ask(master, async (client) => {
    // A connection that wrote nothing waits for nothing.
    await client.set(`{${key}}replicated`, '1');
    return (await client.wait(1, 200)) === 1;
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
