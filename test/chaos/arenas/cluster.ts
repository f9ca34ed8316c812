import type { ModuleOptions } from './module-options.js';
import { startCluster } from '../../support/redis/redis-server.mjs';
import type { RedisCluster, RedisServer } from '../../support/redis/redis-server.mjs';

/** A Cluster of three masters. */
export class ClusterArena {
  readonly name = 'cluster';
  /** It has none yet. */
  readonly leases = false;
  readonly redis: Readonly<Record<string, unknown>>;

  private constructor(
    readonly cluster: RedisCluster,
    readonly options: ModuleOptions,
  ) {
    this.redis = { nodes: cluster.nodes };
  }

  static async start(options: ModuleOptions): Promise<ClusterArena> {
    return new ClusterArena(await startCluster(), options);
  }

  get servers(): readonly RedisServer[] {
    return this.cluster.servers;
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop('SIGKILL')));
  }
}
