import { startCluster } from '../../support/redis/redis-server.mjs';
import type { RedisCluster, RedisServer } from '../../support/redis/redis-server.mjs';

/** A Cluster of three masters. */
export class ClusterArena {
  readonly name = 'cluster';
  readonly options = {};
  readonly redis: Readonly<Record<string, unknown>>;

  private constructor(readonly cluster: RedisCluster) {
    this.redis = { nodes: cluster.nodes };
  }

  static async start(): Promise<ClusterArena> {
    return new ClusterArena(await startCluster());
  }

  get servers(): readonly RedisServer[] {
    return this.cluster.servers;
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop('SIGKILL')));
  }
}
