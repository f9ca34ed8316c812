/** A redis-server of the tests' own on 127.0.0.1. Whoever starts it stops it. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Of the process; `undefined` while it is down. */
  readonly pid: number | undefined;
  /** Ends it; `SIGKILL` is a crash. Resolves when the process is gone. */
  down(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again, on the same port and with the files that it left. */
  up(): Promise<void>;
  /** Ends it for good and removes what it left. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface RedisCluster {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** More arguments of redis-server. */
  readonly args?: readonly string[];
}

/** Resolves when it answers. */
export function startRedis(options?: RedisServerOptions): Promise<RedisServer>;

export interface RedisClusterShape {
  /** Of each master. None by default. */
  readonly replicas?: number;
  /** Masters without a slot, for slots to be moved to. They are the last of `servers`. */
  readonly spares?: number;
}

/** Three masters with slots. Resolves when each server says that the Cluster is up, and each replica has its copy. */
export function startCluster(shape?: RedisClusterShape): Promise<RedisCluster>;

/** Watches the master under the name `mymaster`. */
export function startSentinel(master: RedisServer): Promise<RedisServer>;
