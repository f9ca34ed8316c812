import { leasesWith } from './module-options.js';
import type { ModuleOptions } from './module-options.js';
import type { RedisServer } from '../../support/redis/redis-server.mjs';

/** One Redis that keeps nothing on disk. */
export class StandaloneArena {
  readonly name = 'standalone';
  readonly redis: Readonly<Record<string, unknown>>;

  constructor(
    readonly server: RedisServer,
    readonly options: ModuleOptions,
  ) {
    this.redis = { host: '127.0.0.1', port: server.port };
  }

  get leases(): boolean {
    return leasesWith(this.options);
  }

  get servers(): readonly RedisServer[] {
    return [this.server];
  }

  async stop(): Promise<void> {
    await this.server.stop('SIGKILL');
  }
}
