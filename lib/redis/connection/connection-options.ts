import { CasConfigError } from '../../errors.js';
import type { Timers } from '../scripts/timers.js';

export interface RedisConnectionOptions {
  /** Put before every key, after the client's own `keyPrefix`. */
  readonly keyPrefix?: string | undefined;
  /**
   * What becomes of cached entries when a master was restarted, or replaced by a replica, so that it may have lost
   * invalidations. `'drop'`: they are misses, and reads go past that master until that is done. `'trust'`: they are
   * served, and with them old values that had been invalidated. Default `'drop'`.
   */
  readonly onFailover?: 'drop' | 'trust' | undefined;
  /**
   * How many replicas have to have an invalidation, or a write intent, before it counts; otherwise it fails and is tried
   * again. Should be all those that may be promoted. Default 0.
   */
  readonly waitReplicas?: number | undefined;
  /** Milliseconds to wait for those replicas. Has to be below the deadline of an operation. Default 200. */
  readonly waitTimeout?: number | undefined;
  /** Told once what this server cannot do. By default a warning of the process. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** @internal */
  readonly timers?: Timers | undefined;
}

const WAIT_MS = 200;

/** How failovers are dealt with, checked and complete. */
export interface FailoverOptions {
  readonly onFailover: 'drop' | 'trust';
  readonly waitReplicas: number;
  readonly waitTimeout: number;
}

/** @throws CasConfigError */
export function failoverOptions(options: RedisConnectionOptions): FailoverOptions {
  const { onFailover = 'drop', waitReplicas = 0, waitTimeout = WAIT_MS } = options;
  if (onFailover !== 'drop' && onFailover !== 'trust') {
    throw new CasConfigError(`onFailover is 'drop' or 'trust', not ${JSON.stringify(onFailover)}.`);
  }
  if (!Number.isSafeInteger(waitReplicas) || waitReplicas < 0) {
    throw new CasConfigError(
      `waitReplicas is ${String(waitReplicas)}: give the number of replicas that may be promoted, 0 for none.`,
    );
  }
  if (!Number.isSafeInteger(waitTimeout) || waitTimeout < 1) {
    throw new CasConfigError(`waitTimeout is ${String(waitTimeout)}: give whole milliseconds, at least 1.`);
  }
  return { onFailover, waitReplicas, waitTimeout };
}

/** The names of the options that belong to a connection, of those given. */
export function connectionOptionsIn(options: RedisConnectionOptions): string[] {
  const { keyPrefix, onFailover, waitReplicas, waitTimeout } = options;
  const given = Object.entries({ keyPrefix, onFailover, waitReplicas, waitTimeout });
  return given.filter(([, value]) => value !== undefined).map(([name]) => name);
}
