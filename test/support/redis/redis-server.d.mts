/** A redis-server of the tests' own on 127.0.0.1. Whoever starts it stops it. */
export interface RedisServer {
  readonly port: number;
  readonly pid: number;
  readonly url: string;
  /** Ends it and removes what it left; `SIGKILL` is a crash. Resolves when the process is gone. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface RedisCluster {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** The port of a server that has ended. By default a free one. */
  readonly port?: number;
  /** More arguments of redis-server. */
  readonly args?: readonly string[];
}

/** Resolves when it answers. */
export function startRedis(options?: RedisServerOptions): Promise<RedisServer>;

/** Three masters without replicas. Resolves when each of them says that the Cluster is up. */
export function startCluster(): Promise<RedisCluster>;
