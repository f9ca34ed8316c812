import type { Awaitable } from './awaitable.js';
import type { AtomicStore } from './atomic-store.js';
import type { GenerationStore } from './generation-store.js';
import type { InspectedEntry } from './inspection.js';
import type { Stamp } from './stamp.js';
import type { TagStamp } from './tag-store.js';

/**
 * What is put into a provider that holds values: the value as this process may share it, and the generation it belongs
 * to.
 */
export interface LiveEntry<V = unknown> {
  readonly gen: number;
  readonly payload: V;
  /** Only of entries that have a soft ttl. */
  readonly stamp?: Stamp | undefined;
  /** Only of entries of a namespace with tags. */
  readonly tagged?: TagStamp | undefined;
}

export interface SetOptions {
  /** Milliseconds, positive. After them the entry is gone; a store may drop it earlier, never serve it later. */
  readonly ttlMs: number;
  /** The weight of the entry, positive. By default a provider weighs it by itself. */
  readonly cost?: number | undefined;
}

/**
 * Holds entries and knows nothing of generations: it may lose any entry at any time, but never answers one that was not
 * set under that very key.
 *
 * **Bytes or values.** `holds: 'bytes'` stores frames (`Uint8Array`); `holds: 'values'` stores {@link LiveEntry}
 * objects of this process and is never shared.
 *
 * **Who owns the bytes.** `set` takes ownership: the caller does not touch the buffer afterwards. What `get` answers
 * belongs to the provider: the caller reads it, never writes to it, and copies what it keeps.
 *
 * **Refusal is not a fault.** `set` answers `false` when the entry does not fit (too large, no room); it throws or
 * rejects when the store failed. Many-variants answer in the order of their keys, with an `Error` in the place of each
 * key that failed, and throw only when the call as a whole failed. An empty input makes no call.
 */
export interface CasProvider<S = unknown> {
  readonly holds: 'bytes' | 'values';
  /**
   * `'process'`: entries live in this process. `'shared'`: every replica sees them, so generations must be shared too.
   */
  readonly reach: 'process' | 'shared';

  get(key: string): Awaitable<S | undefined>;
  getMany(keys: readonly string[]): Awaitable<readonly (S | undefined | Error)[]>;

  /**
   * `true`: stored. `false`: refused, and no earlier entry of the key remains, except a frame of a kind or format
   * version that this build does not know: where builds share a store, none overwrites what only a newer one can read.
   */
  set(key: string, entry: S, options: SetOptions): Awaitable<boolean>;
  setMany(
    items: readonly { readonly key: string; readonly entry: S; readonly cost?: number | undefined }[],
    options: { readonly ttlMs: number },
  ): Awaitable<readonly (boolean | Error)[]>;

  /**
   * Optional, for stores behind a round trip: the milliseconds that the entry still has, `undefined` when there is
   * none. A tier in front of this one never keeps an entry longer.
   */
  remainingTtl?(key: string): Awaitable<number | undefined>;

  /**
   * Optional, for providers that may hold several copies of an entry: this one proved unusable. Drops it wherever it
   * is, and answers the next copy that differs from it, `undefined` when there is none. That one may be newer, so that
   * deleting the key would lose it for nothing.
   */
  another?(key: string, unusable: S): Awaitable<S | undefined>;

  /**
   * Optional: the copies that are held under the key, the nearest first, by a look that is no use: nothing is moved,
   * marked, warmed or dropped by it. Without it, `explain` asks `get` and `remainingTtl`.
   */
  inspect?(key: string): Awaitable<readonly InspectedEntry<S>[]>;

  /** Deleting what is not there is no fault. */
  delete(key: string): Awaitable<void>;
  deleteMany(keys: readonly string[]): Awaitable<readonly (undefined | Error)[]>;

  /** Optional: removes every entry whose key begins with `prefix`. Only frees memory: invalidation is not its job. */
  clear?(prefix: string): Awaitable<void>;

  /**
   * Optional, for stores that can do it in one go: as `clear`, of all entries of a namespace, of every version of its
   * values.
   */
  clearNamespace?(namespace: string): Awaitable<void>;

  /**
   * Optional: removes every entry of a namespace that holds one of these keys, of every version of its values: single
   * entries, and bulk entries, whose members stand in their frames. It may remove more, and never less.
   *
   * @param keys those of the caller, not storage keys
   */
  erase?(namespace: string, keys: readonly string[]): Awaitable<void>;

  /** Optional, for stores in process: what it holds. A view tells of its own entries. */
  usage?(): MemoryUsage;

  /** Releases what the provider owns, once; later calls do nothing. A client that was handed in stays open. */
  close(): Awaitable<void>;

  /**
   * Optional: a view for the keys that begin with `prefix`, which are then given without it. Spares building a storage
   * key for a look-up in process. `limits` are the view's own. Closing a view does nothing.
   */
  scope?(prefix: string, limits: ScopeLimits): CasProvider<S>;

  /**
   * Optional: how entries and generations are read and written together when both live in one server. `undefined` when
   * `generations` lives elsewhere. Asked once, when a cache is made.
   */
  atomicWith?(generations: GenerationStore): AtomicStore | undefined;
}

/** What a provider holds in this process. */
export interface MemoryUsage {
  readonly entries: number;
  /** Of entries and their keys, where the provider weighs them: those of bytes do. */
  readonly bytes?: number | undefined;
  /** Entries that went to make room for others. Only grows. */
  readonly evictions: number;
}

export interface ScopeLimits {
  readonly maxEntries?: number | undefined;
}
