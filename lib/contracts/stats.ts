import type { CacheOperation } from './operations.js';
import type { MissReason, SetOutcome, StaleReason, UnusableReason } from './outcomes.js';
import type { MemoryUsage } from './provider.js';
import type { ReadLeaseStats } from './read-leases.js';

/** What of the invalidations that failed has not landed yet. */
export interface PendingStats {
  readonly keys: number;
  readonly tags: number;
  /** How long the oldest has been waiting, in milliseconds. 0 when there is none. */
  readonly oldestMs: number;
  /** More failed than are remembered one by one: nothing of the namespace is served until it was cleared. */
  readonly wholeNamespace: boolean;
}

/** What happened in a namespace since it was made. Counts only ever grow. */
export interface CasCacheStats {
  readonly namespace: string;
  readonly enabled: boolean;
  /** Keys served, those of bulk reads one by one. */
  readonly hits: number;
  /** Keys not served, by reason. */
  readonly misses: Readonly<Record<MissReason, number>>;
  /** Loaders called; those that failed or took too long; and keys whose caller joined a load that was running. */
  readonly loads: { readonly run: number; readonly failed: number; readonly shared: number };
  /** Hits past their soft ttl that were served, by reason. */
  readonly stale: Readonly<Record<StaleReason, number>>;
  /** Fills of single entries, by outcome. */
  readonly fills: Readonly<Record<SetOutcome, number>>;
  /** Bulk frames written. */
  readonly bulkFills: number;
  /** Keys invalidated. */
  readonly invalidations: number;
  /** Tags invalidated. */
  readonly tagInvalidations: number;
  /** Invalidations that failed and have not landed yet. Until then this process serves their keys from the source. */
  readonly pendingInvalidations: PendingStats;
  /** Writes under an intent that were begun, and how often keys of one did not stay closed until its end. */
  readonly intents: { readonly opened: number; readonly lost: number };
  /**
   * What entries take in this process, of topologies that hold some; of a provider of bytes, which namespaces share,
   * what it holds of all of them.
   */
  readonly memory?: MemoryUsage | undefined;
  /** Only with the option `readLease`. */
  readonly readLeases?: LeaseHitStats | undefined;
  /** Whether reads go past the stores, or a part of them, because they failed repeatedly. */
  readonly breakerOpen: boolean;
  readonly clears: number;
  /** Only with the option `verify`: hits compared with their source, and those that were out of date. */
  readonly verified: { readonly checked: number; readonly mismatches: number };
  /** Entries that could not be served and were deleted, by reason. */
  readonly heals: Readonly<Record<UnusableReason, number>>;
  /** Failures of stores, codecs and deadlines, by operation. */
  readonly faults: Readonly<Record<CacheOperation, number>>;
}

/** Read leases of this cache, and what they were worth. */
export interface LeaseHitStats extends ReadLeaseStats {
  /** Hits for which nothing was asked, since a lease stood for them. */
  readonly hits: number;
}
