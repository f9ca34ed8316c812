import type { MissReason, SetOutcome, StaleReason, UnusableReason } from './outcomes.js';

/** Every {@link CacheOperation}. */
export const CACHE_OPERATIONS = [
  'get',
  'getBulk',
  'set',
  'setBulk',
  'snapshot',
  'invalidate',
  'intent',
  'clear',
  'erase',
  'heal',
  'refresh',
  'lease',
  'guard',
  'close',
] as const;

/** The store operation that an event is about. */
export type CacheOperation = (typeof CACHE_OPERATIONS)[number];

/**
 * Everything that a cache reports. `key` is the caller's key, whole: a hook that logs it has to redact it
 * (`redactKey`). Values are never part of an event.
 */
export type CacheEvent =
  | { readonly type: 'hit'; readonly namespace: string; readonly key: string; readonly bulk: boolean }
  | { readonly type: 'miss'; readonly namespace: string; readonly key: string; readonly reason: MissReason }
  /**
   * A hit past its soft ttl was served: at once, while it is loaded anew (`refreshing`), or because that took longer
   * than `softTimeout` (`slow-load`), or because it failed with `cause` (`failed-load`).
   */
  | {
      readonly type: 'stale';
      readonly namespace: string;
      readonly key: string;
      readonly reason: StaleReason;
      readonly cause?: unknown;
    }
  | { readonly type: 'fill'; readonly namespace: string; readonly key: string; readonly outcome: SetOutcome }
  | {
      readonly type: 'bulk-fill';
      readonly namespace: string;
      readonly keys: number;
      readonly outcome: SetOutcome;
      readonly bulk: boolean;
    }
  | { readonly type: 'invalidate'; readonly namespace: string; readonly key: string; readonly generation: number }
  /** Whole, too: a hook that logs tags has to redact them. */
  | { readonly type: 'invalidate-tags'; readonly namespace: string; readonly tags: readonly string[] }
  | { readonly type: 'clear'; readonly namespace: string }
  /**
   * An entry that could not be served was deleted. `key` is undefined for a bulk entry. `cause` is there for what is
   * corrupt or undecodable: another codec, a missing encryption key, another version, damage.
   */
  | {
      readonly type: 'heal';
      readonly namespace: string;
      readonly key: string | undefined;
      readonly bulk: boolean;
      readonly reason: UnusableReason;
      readonly cause?: unknown;
    }
  /** A store, a codec or a deadline failed. The call went on as the contract says. */
  | {
      readonly type: 'fault';
      readonly namespace: string;
      readonly operation: CacheOperation;
      readonly key: string | undefined;
      readonly cause: unknown;
    }
  /**
   * Failed invalidations that this process still owes, after some failed or landed: of so many `keys` and `tags`, the
   * oldest for `oldestMs`; `wholeNamespace` once they are too many to be remembered one by one.
   */
  | {
      readonly type: 'pending-invalidations';
      readonly namespace: string;
      readonly keys: number;
      readonly tags: number;
      readonly oldestMs: number;
      readonly wholeNamespace: boolean;
    }
  /**
   * A writer's intent ran out or was lost before its write had ended, so that readers may have filled the keys
   * meanwhile. Until then the keys were closed; from then on the invalidation after the write makes up for it.
   */
  | { readonly type: 'intent-lost'; readonly namespace: string; readonly keys: readonly string[] }
  /**
   * After repeated faults reads go past the stores, to the source, without waiting (`open`); once a probe was answered
   * they use them again. `part` names the part of the store, such as a node of a Cluster, where it has parts.
   */
  | {
      readonly type: 'breaker';
      readonly namespace: string;
      readonly open: boolean;
      readonly part: string | undefined;
    }
  /** Something that the developer should change. Said once each. */
  | { readonly type: 'warning'; readonly namespace: string; readonly message: string };

/**
 * Every type of a {@link CacheEvent}. Whatever is kept for each type is made of this list, and does not compile without
 * one.
 */
export const CACHE_EVENT_TYPES = [
  'hit',
  'miss',
  'stale',
  'fill',
  'bulk-fill',
  'invalidate',
  'invalidate-tags',
  'clear',
  'heal',
  'fault',
  'pending-invalidations',
  'intent-lost',
  'breaker',
  'warning',
] as const satisfies readonly CacheEvent['type'][];

/**
 * Receives events. Hooks are isolated from the cache and from each other: one that throws, rejects or never settles
 * harms no call.
 */
export interface CasHooks {
  onEvent(event: CacheEvent): unknown;
  /** The events it wants. Without it, all. Naming them spares the others' cost, above all that of `hit`. */
  readonly events?: readonly CacheEvent['type'][];
}
