/**
 * What became of a fill. Losing a race is an outcome, not an error.
 * - `stored`: the value can be hit.
 * - `stale`: the key was invalidated since the observed generation was taken.
 * - `rejected`: the provider refused the entry, or failed.
 * - `unavailable`: there is nothing to fill under: the generation store did not answer, a write of the key is open, an
 *   invalidation of it has not landed yet, or the value was loaded inside a transaction.
 * - `disabled`: the cache is disabled or closed.
 */
export type SetOutcome = 'stored' | 'stale' | 'rejected' | 'unavailable' | 'disabled';

/** What became of a bulk fill. */
export interface BulkSetOutcome {
  /** `stored` when every item can be hit, else the gravest of the items' outcomes. */
  readonly outcome: SetOutcome;
  /** Whether one frame holds all the items. Never where values are held in process. */
  readonly bulk: boolean;
  /** What became of each item as a single entry. */
  readonly singles: ReadonlyMap<string, SetOutcome>;
}

/** Why an entry could not be served although it was there. It was deleted. */
export type UnusableReason =
  /** not a frame, or not of this version */
  | 'corrupt'
  /** a frame whose payload the codec refused */
  | 'undecodable'
  /** another generation is current */
  | 'stale'
  /** no generation is current: it was lost, or expired */
  | 'generation-absent';

/** Why a read missed. */
export type MissReason =
  | UnusableReason
  /** there was no entry */
  | 'absent'
  /** a write of the key is under way */
  | 'open'
  /** the transaction, or write under an intent, that the read is part of has written the key */
  | 'written-here'
  /** an invalidation of the key failed in this process and has not landed yet */
  | 'invalidation-pending'
  /** the store failed or did not answer in time, so that nothing could be proven */
  | 'unavailable'
  /** the cache is disabled or closed */
  | 'disabled';

/** Why a hit past its soft ttl was served. */
export type StaleReason = 'refreshing' | 'slow-load' | 'failed-load';
