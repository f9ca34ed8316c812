import type { Awaitable } from './awaitable.js';

/**
 * Which of all replicas loads a key, so that the others can wait for its fill. A courtesy, never a lock: a replica that
 * gets no lease, or cannot ask for one, loads all the same. Generations alone decide what is filled.
 *
 * Keys are storage keys of single entries, each version of a value with its own. Throws or rejects only for faults.
 */
export interface LoadLeases {
  /**
   * `true`: the key is `token`'s for `ms` milliseconds, unless it is released before. `false`: another token has it.
   */
  acquire(key: string, token: string, ms: number): Awaitable<boolean>;

  /** Gives the key back if it is still `token`'s; otherwise nothing happens. */
  release(key: string, token: string): Awaitable<void>;
}
