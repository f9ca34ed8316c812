import type { Awaitable } from './awaitable.js';

/**
 * Who of all replicas loads a key, so that the others can wait for its fill. A courtesy, never a lock: whoever has none, or
 * cannot ask, loads all the same, and what is filled is decided by generations alone.
 *
 * Keys are storage keys of single entries. Throws or rejects only for faults.
 */
export interface LoadLeases {
  /** `true`: the key is `token`'s for `ms` milliseconds, unless it is released before. `false`: it is somebody else's. */
  acquire(key: string, token: string, ms: number): Awaitable<boolean>;

  /** Gives the key back if it is still `token`'s; otherwise nothing happens. */
  release(key: string, token: string): Awaitable<void>;
}
