import { callable, duration, elsewhere } from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { OptionTable } from '../../common/options/option.js';
import { SHARED_REDIS_TABLE } from '../../common/options/redis-options.js';
import type { SharedRedisOptions } from '../../common/options/redis-options.js';
import type { Ttl } from '../../common/ttl.js';
import type { Timers } from '../../common/timers.js';

export interface RedisConnectionOptions extends SharedRedisOptions {
  /** How long to wait for those replicas. Has to be below the deadline of an operation. Default `'200ms'`. */
  readonly waitTimeout?: Ttl | undefined;
  /** Told once what this server cannot do. By default a warning of the process. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** @internal */
  readonly timers?: Timers | undefined;
}

/** What belongs to a connection, and not to the parts on it. */
const OF_CONNECTION = new Options({
  ...SHARED_REDIS_TABLE,
  waitTimeout: duration(200, { shortIsUsual: true }),
});

const CONNECTION = new Options({
  ...OF_CONNECTION.table,
  onWarning: callable<NonNullable<RedisConnectionOptions['onWarning']>>(),
  timers: elsewhere<Timers>(),
} satisfies OptionTable<RedisConnectionOptions>);

/** How failovers are dealt with, checked and complete. */
export interface FailoverOptions {
  readonly onFailover: 'drop' | 'trust';
  readonly waitReplicas: number;
  /** In milliseconds. */
  readonly waitTimeout: number;
}

/** @throws CasConfigError, CasTtlError for any option of the connection */
export function failoverOptions(options: RedisConnectionOptions): FailoverOptions {
  const owner = { name: (option: string) => `${option} of RedisConnection` };
  // An empty prefix is what a client without one has.
  const given = options.keyPrefix === '' ? { ...options, keyPrefix: undefined } : options;
  const { onFailover, waitReplicas, waitTimeoutMs } = CONNECTION.resolve(given, owner);
  return { onFailover, waitReplicas, waitTimeout: waitTimeoutMs };
}

/** The names of the options that belong to a connection, of those given. */
export function connectionOptionsIn(options: RedisConnectionOptions): string[] {
  return Object.keys(OF_CONNECTION.pick(options));
}
