import type { MissReason, SetOutcome, UnusableReason } from './outcomes.js';

/** What became of a key at one moment, as this process saw it. Times are in milliseconds since 1970. */
export type HistoryRecord =
  | { readonly at: number; readonly type: 'miss'; readonly reason: MissReason }
  | { readonly at: number; readonly type: 'fill'; readonly outcome: SetOutcome }
  | { readonly at: number; readonly type: 'heal'; readonly reason: UnusableReason }
  | { readonly at: number; readonly type: 'invalidate' }
  /** Some tags were invalidated here: of its own, where the entry says which it carries. */
  | { readonly at: number; readonly type: 'invalidate-tags'; readonly tags: readonly string[] }
  /** It was announced, by another process or this one, that it ended: only where there are read leases. */
  | { readonly at: number; readonly type: 'announced' }
  | { readonly at: number; readonly type: 'clear' };
