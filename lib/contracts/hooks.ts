import type { HistoryRecord } from './history.js';
import type { CacheOperation } from './operations.js';
import type { CasCacheStats } from './stats.js';
import type { MissReason, SetOutcome, StaleReason, UnusableReason } from './outcomes.js';

export { CACHE_OPERATIONS } from './operations.js';
export type { CacheOperation } from './operations.js';

/** A hit that was compared with its source, and is out of date: a writer has not invalidated the key. */
export interface Mismatch {
  readonly namespace: string;
  /** Whole, as in every event. */
  readonly key: string;
  /** Of the entry. */
  readonly generation: number;
  /** Where it differs from the source, at most ten: `$.name`, `$.roles[1]`. Never what is there. */
  readonly paths: readonly string[];
  /** Only with the option `history`: what this process saw of the key. */
  readonly history: readonly HistoryRecord[] | undefined;
}

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
  /** With the option `verify`: an entry has differed from its source for some time, and was not invalidated. */
  | ({ readonly type: 'mismatch' } & Mismatch)
  /** A loader is called, for one key or for many. Comes in the async context that it is called in. */
  | LoadBeginEvent
  /** It has ended, or nothing waits for it any more. */
  | LoadEndEvent
  /** A caller waits for a load that another began: for these keys of it. Comes in the context of that caller. */
  | {
      readonly type: 'load-join';
      readonly namespace: string;
      readonly id: number;
      readonly keys: readonly string[];
    }
  /** Stores behind a network were asked, and have answered, or not in time. Measured only where a hook asks for it. */
  | OperationEvent
  /** Something that the developer should change. Said once each. */
  | { readonly type: 'warning'; readonly namespace: string; readonly message: string };

/** A loader is called. */
export interface LoadBeginEvent {
  readonly type: 'load-begin';
  readonly namespace: string;
  /** Names the load among those of its namespace in this process. */
  readonly id: number;
  readonly keys: readonly string[];
  /** Whether it loads anew what callers are served meanwhile. */
  readonly refresh: boolean;
}

/**
 * What a loader came to. `'timed-out'`: it took longer than `loadTimeout`. `'aborted'`: every caller gave up. In both
 * cases it may still run.
 */
export type LoadOutcome = 'loaded' | 'failed' | 'timed-out' | 'aborted';

/** A loader has ended, or nothing waits for it any more. */
export interface LoadEndEvent {
  readonly type: 'load-end';
  readonly namespace: string;
  readonly id: number;
  readonly keys: readonly string[];
  readonly refresh: boolean;
  readonly outcome: LoadOutcome;
  /** Since the loader was called, in milliseconds with fractions. */
  readonly durationMs: number;
  /** Calls that wait for the same load, besides the one that began it. */
  readonly shared: number;
  /** What it failed with. */
  readonly cause?: unknown;
}

/** Operations whose duration is measured. */
export type TimedOperation = 'get' | 'getBulk' | 'snapshot' | 'set' | 'setBulk' | 'invalidate' | 'clear';

/** What stores behind a network have answered to, or not within the deadline. */
export interface OperationEvent {
  readonly type: 'operation';
  readonly namespace: string;
  readonly operation: TimedOperation;
  /** Of an operation on one key. */
  readonly key: string | undefined;
  /** How many keys, or tags, it was on; 0 for `clear`. */
  readonly keys: number;
  /** Keys that were served; of `get` and `getBulk`. */
  readonly hits: number;
  /** Whether the stores have answered for every key. */
  readonly ok: boolean;
  /** In milliseconds with fractions; never much longer than the deadline. */
  readonly durationMs: number;
}

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
  'mismatch',
  'load-begin',
  'load-end',
  'load-join',
  'operation',
  'warning',
] as const satisfies readonly CacheEvent['type'][];

/** What costs something to tell: hooks that name none of `events` do not get these. */
export const MEASURED_EVENT_TYPES: readonly CacheEvent['type'][] = ['load-begin', 'load-end', 'load-join', 'operation'];

/**
 * Receives events. Hooks are isolated from the cache and from each other: one that throws, rejects or never settles
 * harms no call.
 */
export interface CasHooks {
  onEvent(event: CacheEvent): unknown;
  /**
   * The events it wants. Without it, all but those of loads and `operation`, which have to be asked for by name. Naming
   * them spares the others' cost, above all that of `hit`.
   */
  readonly events?: readonly CacheEvent['type'][];
  /**
   * Optional: runs around every call of a loader, so that a tracer can make its span the one that the loader's own work
   * stands in: `(event, next) => tracer.startActiveSpan('load', (span) => next().finally(() => span.end()))`.
   *
   * It has to call `next` before it awaits anything: otherwise, and when it throws, the loader is called without it.
   * What it answers changes nothing. The promise of `next` is that of the loader, and its own to catch.
   */
  aroundLoad?(event: LoadBeginEvent, next: () => Promise<unknown>): unknown;

  /**
   * Optional, of hooks given to `forRoot`: called once, when the caches of the application are made, for hooks that
   * show counts. `stats` answers what {@link CasCacheStats} says, of each namespace, whenever it is called.
   */
  attach?(stats: () => Readonly<Record<string, CasCacheStats>>): void;
}
