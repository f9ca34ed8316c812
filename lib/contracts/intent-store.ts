import type { Awaitable } from './awaitable.js';
import type { Generation } from './generation.js';
import type { Follower } from './follower.js';

/** What became of a writer's token on one key. */
export interface SettledIntent {
  /**
   * The generation that the key goes on under: current now, or carried by a cell that other writers still have open.
   */
  readonly generation: Generation;
  /** Whether the token was still alive. If it was not, the key was not closed to readers all the time. */
  readonly held: boolean;
}

/**
 * Write intents: how a writer closes keys before its write and opens them to readers again after it.
 *
 * A cell that writers have open holds the last generation and one token with a deadline for each writer. While a token
 * in it is alive, `current` answers OPEN, `snapshot` 0, and `extend` and `AtomicStore.fill` refuse. Tokens rather than
 * a count, because any command may be carried out twice, or late: each of these may, and does no harm.
 *
 * Promises that every implementation keeps:
 * - Every call first drops the tokens whose deadline has passed, by the clock of the store. A crashed writer's token
 *   runs out by itself, and the cell with the last of them.
 * - The last generation is carried through, so that none is issued twice.
 * - `bump` on an open cell renumbers it and leaves the tokens alone; `clear` does the same. A bounded store never
 *   evicts, prunes or clears a cell with a living token.
 *
 * Keys are storage keys, as in `GenerationStore`; answers come in their order, with an `Error` in the place of each
 * that failed. Tokens contain neither `;` nor `=`.
 */
export interface IntentStore {
  /**
   * Closes the keys for a writer until `leaseMs` from now. Opening again with the same token moves its deadline. A
   * store whose server holds entries too may unlink those of the keys in the same step.
   *
   * @param follower only with read leases: may be carried out behind all of them, as behind bumps
   */
  open(
    keys: readonly string[],
    token: string,
    leaseMs: number,
    follower?: Follower,
  ): Awaitable<readonly (undefined | Error)[]>;

  /** Moves the token's deadline to `leaseMs` from now. `false`: it was not there any more, and is not put back. */
  renew(keys: readonly string[], token: string, leaseMs: number): Awaitable<readonly (boolean | Error)[]>;

  /**
   * Removes the token. With other living ones there, their cell goes on under the next number; otherwise the key gets
   * its next generation, whatever stood there, so that a settle is a bump at least.
   */
  settle(keys: readonly string[], token: string): Awaitable<readonly (SettledIntent | Error)[]>;

  /**
   * Optional: whether open cells of this key may have been lost within the last `leaseMs`, so that a writer may be at
   * work of which nothing is known here (the server restarted, or was replaced by another). Asked before every fill in
   * namespaces with intents; answered from memory.
   */
  mayHaveLostIntents?(key: string, leaseMs: number): boolean;
}
