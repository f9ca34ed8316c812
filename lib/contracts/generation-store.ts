import type { Awaitable } from './awaitable.js';
import type { FillPatience } from './fill-patience.js';
import type { IntentStore } from './intent-store.js';
import type { Follower } from './follower.js';
import type { ReadLeases } from './read-leases.js';
import type { InspectedGeneration } from './inspection.js';
import type { LoadLeases } from './load-leases.js';
import type { Generation, GenerationReading } from './generation.js';
import type { ServerPing } from './server-ping.js';
import type { TagStores } from './tag-store.js';

export { ABSENT, MAX_GENERATION, OPEN } from './generation.js';
export type { Generation, GenerationReading } from './generation.js';

/**
 * Issues generations and says which one is current.
 *
 * Promises that every store keeps:
 * - **Unique.** A generation is never issued twice for a key, not even after the store was pruned, cleared, flushed or
 *   restarted. Losing a generation costs a miss, never a stale hit.
 * - **Absent is absent.** A store never makes up a generation on a read; `snapshot` and `bump` alone issue.
 * - **Ordered.** A bump that has resolved is seen by every `current`, `snapshot` and `extend` that starts later,
 *   through any process that shares the store.
 *
 * Keys are storage keys of single entries (`single:<namespace>:<key>`). Answers may be synchronous; an
 * implementation throws or rejects only for faults. Many-variants answer in the order of their keys, with an `Error`
 * in the place of each key that failed, and throw only when the call as a whole failed. They never change their input,
 * and an empty input is answered without a call to the server.
 *
 * A cell that holds what no version of this package wrote is a `CasMalformedGenerationError` that names the key: thrown
 * by `current`, in its place in `currentMany`. `snapshot` and `bump` replace it.
 */
export interface GenerationStore {
  /** `'process'`: only this process sees it. `'shared'`: every replica does. A shared provider needs a shared store. */
  readonly reach: 'process' | 'shared';

  /** What the key holds now. Costs no write and never issues. */
  current(key: string): Awaitable<GenerationReading>;
  currentMany(keys: readonly string[]): Awaitable<readonly (GenerationReading | Error)[]>;

  /**
   * Optional: as `current`, by a look that is no use of the key, and with what is known of its writers. Without it,
   * `explain` asks `current`.
   */
  inspect?(key: string): Awaitable<InspectedGeneration>;

  /**
   * The current generation, issued now when there is none; 0 while the key is open. Lives for the fill deadline at
   * least.
   */
  snapshot(key: string): Awaitable<Generation>;
  snapshotMany(keys: readonly string[]): Awaitable<readonly (Generation | Error)[]>;

  /**
   * Ends the current generation: issues one above every earlier one and answers it. On an open key the writers' cell
   * goes on under a new number, and the answer is that number.
   *
   * @param follower only with read leases: may be carried out behind the bumps, where the store can
   */
  bump(key: string, follower?: Follower): Awaitable<Generation>;
  bumpMany(keys: readonly string[], follower?: Follower): Awaitable<readonly (Generation | Error)[]>;

  /**
   * For a fill: whether `generation` is current. If it is, it now outlives an entry of `ttlMs` by the fill deadline at
   * least, so that an expired entry still finds its generation. If it is not, nothing changes; a generation that
   * vanished is a mismatch.
   *
   * @param patience of a fill that may be carried out later, and twice, where a connection was lost. Without it, and in
   *   a store that does not look at it, the fill is refused then.
   */
  extend(key: string, generation: Generation, ttlMs: number, patience?: FillPatience): Awaitable<boolean>;
  extendMany(
    items: readonly { readonly key: string; readonly generation: Generation }[],
    ttlMs: number,
    patience?: FillPatience,
  ): Awaitable<readonly (boolean | Error)[]>;

  /**
   * Ends the generation of every key that begins with `prefix`: plain ones are removed, open keys stay open under a new
   * number. Throws when that could not be done for all of them.
   */
  clear(prefix: string): Awaitable<void>;

  /**
   * Optional, for stores behind a network: asks each server of the store something that it answers from memory, and
   * writes nothing. Resolves within `ms`, and never rejects.
   */
  ping?(ms: number): Promise<readonly ServerPing[]>;

  /** Drops what no read or fill can need any more. Stores whose server expires generations need not have it. */
  cleanup?(): Awaitable<void>;

  /** Releases what the store owns, once; later calls do nothing. A client that was handed in stays open. */
  close(): Awaitable<void>;

  /** Optional: which of all replicas loads a key. Without it, each loads by itself. */
  readonly leases?: LoadLeases | undefined;

  /** Optional: how long `snapshot` keeps a generation at least, and so how long a load may take. Default 60,000 ms. */
  readonly fillDeadlineMs?: number | undefined;

  /**
   * Optional: told how many milliseconds loads may take, where that is longer than the fill deadline. From then on
   * `snapshot` and `extend` keep generations as if that were the fill deadline.
   */
  expectLoads?(ms: number): void;

  /**
   * Optional: told how many milliseconds callers wait for an operation at most. A store may use them to wait for a
   * connection that was lost, and to send again what may be carried out twice: bumps, and what opens or settles a key.
   */
  expectDeadline?(ms: number): void;

  /** Optional: read leases, by which processes answer hits from memory alone. */
  readonly readLeases?: ReadLeases | undefined;

  /** Optional: tags, by which many entries end at once. A store without them refuses namespaces that ask for them. */
  readonly tags?: TagStores | undefined;

  /** Optional: write intents. A store without them refuses every write that asks for one. */
  readonly intents?: IntentStore | undefined;

  /**
   * Optional: which part of the store has the key (a server, a shard). A part that fails says nothing of the others.
   * Without it the store stands and falls as one. Asked only while something fails.
   */
  partOf?(key: string): string | undefined;

  /**
   * Optional: a view for the keys that begin with `prefix` (`single:<namespace>:`), which are then given without it.
   * Spares building a storage key for a look-up in process. The view shares all state with the store: a key reached
   * through either is the same key. Closing a view does nothing.
   */
  scope?(prefix: string): GenerationStore;
}
