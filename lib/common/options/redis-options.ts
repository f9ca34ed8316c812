import { count, oneOf, text } from './kinds.js';
import type { OptionTable } from './option.js';

/** What the module, and a connection that is made by hand, are told alike about a Redis. */
export interface SharedRedisOptions {
  /** Begins every key in Redis, after the client's own `keyPrefix` if it has one. */
  readonly keyPrefix?: string | undefined;
  /**
   * How many replicas of a Redis have to have an invalidation, or a write intent, before it counts; otherwise it fails
   * and is tried again. Should be all those that may be promoted. Default 0.
   */
  readonly waitReplicas?: number | undefined;
  /**
   * What becomes of entries when a Redis was restarted, or replaced by a replica, so that it may have lost
   * invalidations. `'drop'`: they are misses, and reads go past that master until they are gone. `'trust'`: they are
   * served, and with them old values that had been invalidated. Default `'drop'`.
   */
  readonly onFailover?: 'drop' | 'trust' | undefined;
}

export const SHARED_REDIS_TABLE = {
  keyPrefix: text(),
  waitReplicas: count(0, { least: 0, wanted: 'the number of replicas that may be promoted, 0 for none' }),
  onFailover: oneOf(['drop', 'trust'], 'drop'),
} satisfies OptionTable<SharedRedisOptions>;
