import type { FillPatience } from './fill-patience.js';
import type { Generation, GenerationReading } from './generation-store.js';
import type { Follower } from './follower.js';

/** An entry and the generation of its key, as they stood at one moment. A malformed generation is its `Error`. */
export interface AtomicReading {
  readonly entry: Uint8Array | undefined;
  readonly generation: GenerationReading | Error;
  /** Of `timed` reads: the milliseconds that the entry still had at that moment, infinite when it does not expire. */
  readonly remainingMs?: number | undefined;
  /**
   * Of `readOrIssue`, where `generation` is none to fill under: what a snapshot would have answered at that moment, 0
   * while the key is open.
   */
  readonly issued?: Generation | undefined;
}

/** A read that was asked for, and travels with others. */
export interface PendingRead {
  /** Tells requests of one store apart: the same for reads that travel together, and for no others. */
  readonly request: number;
  /** Ends when the request has, whatever came of it. Never rejects. */
  readonly ended: Promise<void>;
  /**
   * What was read. To be asked for once the request has ended.
   *
   * @throws why the request failed
   */
  reading(): AtomicReading;
}

/**
 * What became of a fill: stored (`true`), refused because its generation is not current (`false`), or refused because a
 * frame of a kind or format version that this build does not know is there, which stays.
 */
export type FillAnswer = boolean | 'unknown-frame';

/**
 * A provider of bytes and a generation store that live in one server: each step below is one round trip and, per key,
 * atomic. Where a key's two halves cannot be had in one step (no common Cluster slot), the store takes single-key
 * steps, which the check on every read keeps safe.
 *
 * Keys are storage keys of values, which may have a version: the generation is that of the key without it, which
 * `unversionedKey` answers. Those of `readBulk` have none. Errors are as in the two contracts that it joins.
 */
export interface AtomicStore {
  read(key: string): Promise<AtomicReading>;
  readMany(keys: readonly string[]): Promise<readonly (AtomicReading | Error)[]>;

  /**
   * Optional: as `read`, for callers that wait for all reads of a request at once, which costs each of them one
   * promise. `undefined` where the two halves of the key travel apart: then `read` is to be asked.
   *
   * @throws as `read` rejects
   */
  readTogether?(key: string): PendingRead | undefined;

  /**
   * Optional: as `read`, for a load that follows a miss. Where the key has no generation, it issues one in the same
   * step, as a snapshot does, and changes nothing else.
   */
  readOrIssue?(key: string): Promise<AtomicReading>;
  /**
   * Whether `readOrIssue` is worth its price for the key, which as far as is known was never asked for. It is asked
   * before every read that would load, and never waited for.
   */
  isNew?(key: string): boolean;

  /**
   * Optional, for a tier in front of this one: the same reads, which also answer how long the entry still has
   * (`remainingMs`), in the same step. Asked for later, it would be that of an entry which has come in between.
   */
  readonly timed?: Pick<AtomicStore, 'read' | 'readMany'> | undefined;

  /** A bulk entry and the generations of its members. Not atomic, and need not be: members are checked one by one. */
  readBulk(
    bulkKey: string,
    keys: readonly string[],
  ): Promise<{
    readonly entry: Uint8Array | undefined | Error;
    readonly generations: readonly (GenerationReading | Error)[];
  }>;

  /**
   * Stores the entry iff `generation` is current, which it then outlives as `GenerationStore.extend` promises; what is
   * said there of `patience` holds here.
   */
  fill(
    key: string,
    generation: Generation,
    entry: Uint8Array,
    ttlMs: number,
    patience?: FillPatience,
  ): Promise<FillAnswer>;
  fillMany(
    items: readonly { readonly key: string; readonly generation: Generation; readonly entry: Uint8Array }[],
    ttlMs: number,
    patience?: FillPatience,
  ): Promise<readonly (FillAnswer | Error)[]>;

  /** Bumps, then deletes the entry. `follower` is as for `GenerationStore.bump`. */
  invalidate(key: string, follower?: Follower): Promise<Generation>;
  invalidateMany(keys: readonly string[], follower?: Follower): Promise<readonly (Generation | Error)[]>;
}
