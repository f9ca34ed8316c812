// Each closed list stands here once, as an array: its type is made of it, and so is whatever counts by it.

/** Every {@link SetOutcome}. */
export const SET_OUTCOMES = ['stored', 'stale', 'rejected', 'unavailable', 'disabled'] as const;

/**
 * What became of a fill. Losing a race is an outcome, not an error.
 * - `stored`: the value can be hit.
 * - `stale`: the key was invalidated since the observed generation was taken.
 * - `rejected`: the provider refused the entry, or failed; or a frame that only a newer build can read is there, and
 *   stays.
 * - `unavailable`: there is nothing to fill under: the generation store did not answer, a write of the key is open, an
 *   invalidation of it has not landed yet, the value was loaded inside a transaction, or the read before the load met a
 *   frame that only a newer build can read.
 * - `disabled`: the cache is disabled or closed.
 */
export type SetOutcome = (typeof SET_OUTCOMES)[number];

/** What became of a bulk fill. */
export interface BulkSetOutcome {
  /** `stored` when every item can be hit, else the gravest of the items' outcomes. */
  readonly outcome: SetOutcome;
  /** Whether one frame holds all the items. Never where values are held in process. */
  readonly bulk: boolean;
  /** What became of each item as a single entry. */
  readonly singles: ReadonlyMap<string, SetOutcome>;
}

/** Every {@link UnusableReason}. */
export const UNUSABLE_REASONS = [
  'corrupt',
  'undecodable',
  'stale',
  'generation-absent',
  'tag-invalidated',
  'vetoed',
] as const;

/**
 * Why an entry could not be served although it was there. It was deleted.
 * - `corrupt`: not a frame, or a damaged one.
 * - `undecodable`: a frame whose payload the codec refused.
 * - `stale`: another generation is current.
 * - `generation-absent`: no generation is current: it was lost, or expired.
 * - `tag-invalidated`: one of its tags was invalidated since it was loaded.
 * - `vetoed`: the namespace's `readGuard` did not let it pass, or failed.
 */
export type UnusableReason = (typeof UNUSABLE_REASONS)[number];

/** Every {@link MissReason}. */
export const MISS_REASONS = [
  ...UNUSABLE_REASONS,
  'absent',
  'unknown-frame',
  'tags-unproven',
  'other-tags',
  'open',
  'written-here',
  'invalidation-pending',
  'unavailable',
  'disabled',
] as const;

/**
 * Why a read missed: an {@link UnusableReason}, or
 * - `absent`: there was no entry.
 * - `unknown-frame`: the entry is a frame of a kind or format version that this build does not know: a newer one's. Or
 *   the first one with tags that is found in a namespace without. It stays.
 * - `tags-unproven`: the clock of the namespace's tags is not the one that the entry was stamped by, since the
 *   namespace was cleared, or is not there.
 * - `other-tags`: the entry carries not all of the tags that the call names, or may not, since a process without the
 *   option `tags` has stored it.
 * - `open`: a write of the key is under way.
 * - `written-here`: the transaction, or write under an intent, that the read is part of has written the key.
 * - `invalidation-pending`: an invalidation of the key failed in this process and has not landed yet.
 * - `unavailable`: the store failed or did not answer in time, so that nothing could be proven.
 * - `disabled`: the cache is disabled or closed.
 */
export type MissReason = (typeof MISS_REASONS)[number];

/** Every {@link StaleReason}. */
export const STALE_REASONS = ['refreshing', 'slow-load', 'failed-load'] as const;

/** Why a hit past its soft ttl was served. */
export type StaleReason = (typeof STALE_REASONS)[number];
