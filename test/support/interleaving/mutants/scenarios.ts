import { setTimeout as pause } from 'node:timers/promises';

import type { AtomicStore } from '../../../../lib/contracts/atomic-store.js';
import type { RedisConnectionOptions } from '../../../../lib/redis/connection/redis-connection.js';
import { ask, promoteWithout, replicate } from '../../redis/failover.js';
import { startRedis } from '../../redis/redis-server.mjs';
import { until } from '../../redis/until.js';
import { storageKey } from '../namespace.js';
import type { RedisLibrary } from '../redis-library.js';

/** A course of events on real servers, which end and begin. Answers whether a read came out stale. */
export interface Scenario {
  readonly name: string;
  play(library: RedisLibrary): Promise<boolean>;
}

const KEY = storageKey('a');
const OLD = Buffer.from('v0');
const AT_ONCE = ['--repl-diskless-sync-delay', '0'];

/** The application has its first read answered as soon as the server is back. */
export const RESTART_FROM_AN_OLD_SNAPSHOT: Scenario = {
  name: 'a server restarts from a snapshot older than an invalidation, and is read from at once',
  play: async (library) => {
    const server = await startRedis();
    const client = new Client(library, server.url);
    try {
      const generation = await client.fill(OLD);
      await ask(server, (outside) => outside.save());
      await client.atomic.invalidate(KEY);
      await server.down('SIGKILL');
      await server.up();
      return (await client.firstReading()) === generation;
    } finally {
      await client.close();
      await server.stop();
    }
  },
};

/** An invalidation that resolved before counts as acknowledged; one that failed does not. */
export const RECONNECT_DURING_A_WAIT: Scenario = {
  name: 'the connection breaks while an invalidation waits for its replica, which is then promoted without it',
  play: async (library) => {
    const [master, replica] = await Promise.all([startRedis({ args: AT_ONCE }), startRedis({ args: AT_ONCE })]);
    await replicate(master, replica);
    const writer = new Client(library, master.url, { waitReplicas: 1, waitTimeout: 500 });
    const reader = new Client(library, replica.url, { onFailover: 'trust' });
    try {
      const generation = await writer.fill(OLD);
      let acknowledged: boolean | undefined;
      const invalidate = async (): Promise<void> => {
        const done = writer.atomic.invalidate(KEY).then(
          () => (acknowledged = true),
          () => (acknowledged = false),
        );
        await ask(master, async (outside) => {
          const waits = async (): Promise<boolean> => /^blocked_clients:1/m.test(await outside.info('clients'));
          await until(async () => acknowledged !== undefined || (await waits()), 'it waited for the replica');
          await outside.call('client', 'kill', 'type', 'normal', 'skipme', 'yes');
        });
        await done;
      };
      await promoteWithout(invalidate, { master, replica, by: ['replicaof', 'no', 'one'], crash: true });
      return acknowledged === true && (await reader.firstReading()) === generation;
    } finally {
      await Promise.all([writer.close(), reader.close()]);
      await Promise.all([master, replica].map((server) => server.stop('SIGKILL')));
    }
  },
};

/** One process of an application. */
class Client {
  readonly atomic: AtomicStore;
  private readonly connection;
  private readonly generations;

  constructor(library: RedisLibrary, url: string, options: RedisConnectionOptions = {}) {
    this.connection = new library.RedisConnection(url, options);
    this.generations = new library.RedisGenerationStore(this.connection);
    this.atomic = new library.RedisProvider(this.connection).atomicWith(this.generations) as AtomicStore;
  }

  async fill(entry: Buffer): Promise<number> {
    const generation = await this.generations.snapshot(KEY);
    if (!(await this.atomic.fill(KEY, generation, entry, 60_000))) throw new Error('The fill was refused.');
    return generation;
  }

  /** The generation under which the first read that is answered finds the entry; 0 when it finds none. */
  async firstReading(): Promise<unknown> {
    for (;;) {
      try {
        const { entry, generation } = await this.atomic.read(KEY);
        return entry === undefined ? 0 : generation;
      } catch {
        await pause(0);
      }
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
