import type { Awaitable } from '../../contracts/awaitable.js';
import type { FillPatience } from '../../contracts/fill-patience.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { SetOutcome } from '../../contracts/outcomes.js';
import type { Follower } from '../../contracts/follower.js';
import type { Stamp } from '../../contracts/stamp.js';
import type { TagStamp } from '../../contracts/tag-store.js';
import type { Hit } from './hits.js';
import type { CheckedEntry, Proof } from './checked-entry.js';
import type { Miss } from './miss.js';

/** A value that was loaded, on its way to be stored. */
export interface LoadedValue<V> {
  readonly key: string;
  readonly value: V;
  /** The generation that was observed before it was loaded; 0 where there is nothing to fill under. */
  readonly observed: Generation;
  /** Only of values that have a soft ttl. */
  readonly stamp?: Stamp | undefined;
  /** In a namespace with tags; absent where there is nothing to stamp with. */
  readonly tagged?: TagStamp | undefined;
}

/** A value made ready to be stored under the generation that was observed before it was loaded. Never 0. */
export interface FillItem<P> {
  readonly key: string;
  readonly observed: Generation;
  readonly prepared: P;
  /** Only of values that have a soft ttl. */
  readonly stamp?: Stamp | undefined;
  /** Of every value in a namespace with tags. */
  readonly tagged?: TagStamp | undefined;
  /** Of an entry that was found current just now, where there are read leases. */
  readonly proof?: Proof | undefined;
}

/** What a read of a key answers: a value, a hit that says more of it, or that there is none to serve. */
export type ReadResult<V> = V | Hit<V> | Miss;

/** A valid entry before it is decoded. */
export type CheckResult<P> = CheckedEntry<P> | Miss;

/** The weight of an entry, where the user has an opinion. */
export type Weigh<S> = (storageKey: string, entry: S, isBulk?: boolean, members?: number) => number | undefined;

/** The new generation of each key, or why it could not be bumped. */
export type Bumped = readonly (Generation | Error)[];

export type OnBumped = (bumped: Bumped) => void;

/**
 * One namespace's way to its stores: a provider and a generation store asked one after the other, a server that answers
 * for both at once, or a tier in front of either. Keys are the caller's.
 *
 * Faults of stores never leave a backend: it reports them and answers a miss or an outcome. Bad values do.
 */
export interface Backend<V, P> {
  /** Whether reads are answered without I/O, so that they may be asked for synchronously. */
  readonly synchronous: boolean;
  /** Whether `read` ends within the deadline by itself: what waits for many reads at once sets one for them all. */
  readonly keepsDeadline?: boolean;

  read(key: string): ReadResult<V> | Promise<ReadResult<V>>;
  /**
   * Optional: as `read`, within the deadline, for a load that follows a miss. Of a key without a generation the miss
   * has one to fill under, so that no snapshot is to be taken.
   */
  readOrIssue?(key: string): Promise<ReadResult<V>>;
  /** Whether that is worth its price for the key. To be asked once for each read that would load. */
  isNew?(key: string): boolean;
  /** Only with read leases: what may be served without a question. `undefined`: it has to be read. */
  readonly readLocal?: ((key: string) => ReadResult<V> | undefined) | undefined;
  /** In the order of the keys. */
  readMany(keys: readonly string[]): Promise<readonly ReadResult<V>[]>;

  /** @throws CasEncodeError, CasValueError. Nothing was written. */
  prepare(key: string, value: V): P;
  /** @param patience of a fill that may wait for a lost connection, since its caller does not wait for it */
  fill(item: FillItem<P>, ttlMs: number, patience?: FillPatience): Awaitable<SetOutcome>;
  fillMany(items: readonly FillItem<P>[], ttlMs: number, patience?: FillPatience): Promise<readonly SetOutcome[]>;

  /**
   * Bumps, then deletes; always tries both. The new generation of each key, or why it could not be bumped.
   *
   * @param onBumped hears the same once the bumps are known, where the deletes are still to come: they decide nothing
   * @param follower is for the store that bumps
   */
  invalidate(keys: readonly string[], onBumped: OnBumped, follower?: Follower): Promise<Bumped>;

  /** Deletes the entries without a bump: all that is left to do when the generation store does not answer. */
  drop(keys: readonly string[]): Promise<readonly (undefined | Error)[]>;

  /**
   * The keys were closed for a write: their entries serve no read any more and may go. The caller does not wait for
   * that.
   */
  dropInBackground(keys: readonly string[]): void;

  /** Removes all entries that hold one of the keys, everywhere and of every version. @throws when some may be left */
  erase(keys: readonly string[]): Promise<void>;

  /**
   * Ends every generation of the namespace, then removes its entries; always tries both.
   *
   * @param prefix only of keys that begin with it; '' for all
   * @throws what kept the generations from ending
   */
  clear(prefix: string): Promise<void>;
}

/** A backend whose valid entries can be had before they are decoded, for a tier in front of it. */
export interface EntryBackend<V, P> extends Backend<V, P> {
  readEntry(key: string): CheckResult<P> | Promise<CheckResult<P>>;
  readEntries(keys: readonly string[]): Promise<readonly CheckResult<P>[]>;
  decode(key: string, checked: CheckedEntry<P>): ReadResult<V>;
  /** Milliseconds that the entry still has here, infinite when it is not known, `undefined` when there is none. */
  remainingTtl(key: string): Awaitable<number | undefined>;
}
