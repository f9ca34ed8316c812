import { forwardTo } from '../../support/redis/forwarder.js';
import type { Forwarder } from '../../support/redis/forwarder.js';
import { replicate } from '../../support/redis/failover.js';
import { startRedis } from '../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { leasesWith } from './module-options.js';
import type { ModuleOptions } from './module-options.js';

/** A master and its replica behind one address, which leads to the master: a managed Redis. */
export class EndpointArena {
  readonly name = 'endpoint';
  readonly redis: Readonly<Record<string, unknown>>;

  private constructor(
    private pair: readonly [master: RedisServer, replica: RedisServer],
    private readonly address: Forwarder,
    readonly options: ModuleOptions,
  ) {
    this.redis = { host: '127.0.0.1', port: Number(new URL(address.url).port) };
  }

  static async start(options: ModuleOptions): Promise<EndpointArena> {
    const args = ['--repl-diskless-sync-delay', '0'];
    const [master, replica] = await Promise.all([startRedis({ args }), startRedis({ args })]);
    await replicate(master, replica);
    return new EndpointArena([master, replica], await forwardTo(master), options);
  }

  get leases(): boolean {
    return leasesWith(this.options);
  }

  get servers(): readonly RedisServer[] {
    return this.pair;
  }

  get master(): RedisServer {
    return this.pair[0];
  }

  get replica(): RedisServer {
    return this.pair[1];
  }

  /** From now on the address leads to the replica. Connections that there are stay where they are. */
  swap(): void {
    this.pair = [this.replica, this.master];
    this.address.leadTo(this.master);
  }

  async stop(): Promise<void> {
    await this.address.close();
    await Promise.all(this.servers.map((server) => server.stop('SIGKILL')));
  }
}
