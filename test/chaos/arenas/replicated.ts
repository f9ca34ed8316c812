import type { Redis } from 'ioredis';
import type { LabOptions } from '../options.js';
import { startRedis, startSentinel } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { until, works } from '../../support/redis/until.js';
import { ask } from './ask.js';
import { leasesWith, moduleOptions } from './module-options.js';
import type { ModuleOptions } from './module-options.js';

const MASTER = 'mymaster';

/** A master, a replica, and a Sentinel that promotes it. */
export class ReplicatedArena {
  readonly name = 'replicated';
  readonly redis: Readonly<Record<string, unknown>>;

  private constructor(
    readonly servers: readonly [RedisServer, RedisServer],
    private readonly sentinel: RedisServer,
    readonly options: ModuleOptions,
  ) {
    this.redis = { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: MASTER };
  }

  static async start(lab: LabOptions): Promise<ReplicatedArena> {
    const { waitReplicas, minReplicasToWrite } = lab;
    const args = ['--min-replicas-to-write', String(minReplicasToWrite), '--min-replicas-max-lag', '1'];
    const timing = ['--repl-ping-replica-period', '1', '--repl-diskless-sync-delay', '0'];
    const master = await startRedis({ args: [...args, ...timing] });
    const replica = await startRedis({ args: [...args, ...timing] });
    await follow(replica, master);
    // Not earlier: Sentinel looks for replicas at once, and then every ten seconds.
    const sentinel = await startSentinel(master);
    const options = { ...moduleOptions(lab), ...(waitReplicas > 0 ? { waitReplicas } : {}) };
    const arena = new ReplicatedArena([master, replica], sentinel, options);
    await arena.tune();
    await arena.follow(replica, master);
    return arena;
  }

  get leases(): boolean {
    return leasesWith(this.options);
  }

  /** Who is the master by Sentinel's word, and who is not. */
  async roles(): Promise<{ readonly master: RedisServer; readonly other: RedisServer }> {
    const [, port] = (await ask(this.sentinel, (client) =>
      client.call('sentinel', 'get-master-addr-by-name', MASTER),
    )) as [string, string];
    const [first, second] = this.servers;
    return first.port === Number(port) ? { master: first, other: second } : { master: second, other: first };
  }

  /** Resolves when Sentinel has another master than that, and it says so itself. */
  async replaced(old: RedisServer): Promise<RedisServer> {
    await until(async () => (await this.roles()).master !== old, 'Sentinel promoted the replica');
    const { master } = await this.roles();
    await until(() => ask(master, isMaster), 'the replica became a master');
    return master;
  }

  /** Makes `replica` one of `master`, and resolves when it has all that the master has, and all know it. */
  async follow(replica: RedisServer, master: RedisServer): Promise<void> {
    await follow(replica, master);
    await until(async () => {
      const known = (await ask(this.sentinel, (client) => client.call('sentinel', 'replicas', MASTER))) as string[][];
      return known.some((fields) => fields.includes(String(replica.port)));
    }, 'Sentinel knew the replica');
  }

  async stop(): Promise<void> {
    await Promise.all([this.sentinel, ...this.servers].map((server) => server.stop('SIGKILL')));
  }

  private async tune(): Promise<void> {
    await ask(this.sentinel, async (client) => {
      await client.call('sentinel', 'SET', MASTER, 'down-after-milliseconds', '600');
      await client.call('sentinel', 'SET', MASTER, 'failover-timeout', '4000');
    });
  }
}

async function follow(replica: RedisServer, master: RedisServer): Promise<void> {
  await ask(replica, (client) => client.call('replicaof', '127.0.0.1', master.port));
  await until(() => ask(master, (client) => isFollowed(client)), 'the replica was online');
  // A master counts its replicas once a second, and refuses writes until then.
  await until(() => works(() => ask(master, (client) => client.set('filler', ''))), 'the master took writes');
  // A replica that has just got everything acknowledges nothing for up to a second, though it is online.
  await until(() => ask(master, acknowledged), 'the replica acknowledged a write');
}

/** A WAIT counts what its own connection has written. */
async function acknowledged(client: Redis): Promise<boolean> {
  await client.set('filler', '');
  return (await client.wait(1, 100)) === 1;
}

async function isMaster(client: { role(): Promise<unknown[]> }): Promise<boolean> {
  return (await client.role())[0] === 'master';
}

async function isFollowed(client: { info(section: string): Promise<string> }): Promise<boolean> {
  return /state=online.*lag=[01]\b/.test(await client.info('replication'));
}
