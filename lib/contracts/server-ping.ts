/** How a server has answered just now. Nothing in it is secret, but `server` names the server. */
export interface ServerPing {
  /** Without user and password. */
  readonly server: string;
  /** Whether it has answered in time, and is used by the cache. */
  readonly ok: boolean;
  /** `'trusted'`: it is used. The others: `RedisServerState` of `nestjs-cascache/redis`. */
  readonly state: 'trusted' | 'vetting' | 'refused' | 'unreachable';
  /** Milliseconds, with fractions, until its answer; `undefined` where none came. */
  readonly latencyMs: number | undefined;
  /** Why it is not used, or has not answered. */
  readonly reason?: string | undefined;
}
