import type { Generation } from './generation.js';
import type { ScopeLimits } from './provider.js';
import type { Stamp } from './stamp.js';
import type { TagStamp } from './tag-store.js';

declare const CURRENT: unique symbol;

/**
 * An entry whose generation was the current one when it was looked for: a bump or an intent ends the cell itself, so
 * that one which is there is proven. Only {@link EntryCells.find} answers one, and it proves nothing after an `await`.
 */
export interface CurrentCell<V> {
  readonly [CURRENT]: true;
  readonly payload: V;
  /** Only of entries that have a soft ttl. */
  readonly stamp: Stamp | undefined;
  /** Only of entries of a namespace with tags. */
  readonly tags: readonly string[] | undefined;
  /** Whether it was read before, since eviction last looked at it. */
  readonly isReadOften: boolean;
  /** How the payload is copied, where there is a shorter way. The reader that finds a shorter one leaves it here. */
  plan: object | undefined;
  /** The answer to all reads, left here where they share it. Never of an entry that has a soft ttl. */
  answer: Promise<V> | undefined;
}

/** What a fill brings. */
export interface CellFill<V> {
  readonly payload: V;
  readonly plan: object | undefined;
  readonly stamp: Stamp | undefined;
  /** Only in a namespace with tags. */
  readonly tagged?: TagStamp | undefined;
}

/**
 * The entries and the generations of one namespace, where both are of this process: each key has one cell, which holds
 * the entry together with the generation that it was loaded under. Every call is answered at once, and is one step.
 *
 * A key without an entry has a generation only while a load may still fill under it: an absent one proves nothing, so
 * what ends a generation need not leave the next one behind.
 *
 * Keys are those of the caller.
 */
export interface EntryCells<V> {
  /** The entry that may be served now. */
  find(key: string): CurrentCell<V> | undefined;
  /** Whether a writer may have the key closed to readers. */
  isOpen(key: string): boolean;
  /** The generation of an entry that was found just now. */
  generationOf(cell: CurrentCell<V>): Generation;

  /** Whether there is an entry of the key that `find` does not answer, since one of its tags was invalidated. */
  isEndedByTag(key: string): boolean;

  /**
   * Stores the value iff `observed` is still the generation of the key, and none of its tags was invalidated since it
   * was stamped.
   */
  fill(key: string, observed: Generation, value: CellFill<V>, ttlMs: number): boolean;
  /** Ends the generation of the key, and its entry with it. Answers the next one. */
  bump(key: string): Generation;
  /** Removes the entry. A load that began before may still fill. */
  drop(key: string): void;
  /** Ends the generation of every key that begins with `prefix`, and their entries with them. Open keys stay open. */
  clear(prefix: string): void;
}

/** What the keys of a namespace are in each of the two. */
export interface CellKeys {
  readonly namespace: string;
  readonly valuePrefix: string;
  readonly generationPrefix: string;
}

/** The provider and the generation store of an application, where both are of this process and of its own making. */
export interface CellStore {
  /** From now on the two have the keys of these prefixes in cells, which both of them go on to answer for. */
  scope<V>(keys: CellKeys, limits: ScopeLimits): EntryCells<V>;
}
