import { OPEN } from '../../contracts/generation-store.js';
import type { GenerationReading } from '../../contracts/generation-store.js';
import type { MissReason } from '../../contracts/outcomes.js';
import { isOfOneCopy, Miss } from '../stores/miss.js';
import type { Age } from '../stores/freshness.js';

/** What a read would make of one copy. */
export interface Judged {
  readonly refused: MissReason | undefined;
  readonly leased: boolean;
  readonly freshness: Age | undefined;
}

/** What was found in one place. */
export interface JudgedPlace<J extends Judged = Judged> {
  readonly inCells: boolean;
  /** The provider did not answer. */
  readonly failed: boolean;
  readonly copies: readonly J[];
}

/** What a read would come to: the copy that it would have, or why there is none. */
export type Verdict<J extends Judged = Judged> =
  | { readonly copy: J; readonly reason: undefined }
  | { readonly copy: undefined; readonly reason: MissReason; readonly ofProvider: boolean };

/** What a read of these places would come to, the nearest first, as the backends have it. */
export function verdictOf<J extends Judged>(
  [near, far]: readonly JudgedPlace<J>[],
  reading: GenerationReading | undefined,
): Verdict<J> {
  const first = verdictIn(near as JudgedPlace<J>, reading);
  if (far === undefined) return first;
  if (first.reason !== undefined) {
    const asksBehind = new Miss(first.reason, undefined, first.ofProvider).asksBehind;
    return asksBehind ? verdictIn(far, reading) : first;
  }
  // What is due to be loaded anew is asked of the store behind, which may have a newer one.
  const isDue = first.copy.freshness === 'expired' || first.copy.freshness === 'early';
  const behind = isDue ? verdictIn(far, reading) : first;
  return behind.reason === undefined ? behind : first;
}

function verdictIn<J extends Judged>(
  { inCells, failed, copies }: JudgedPlace<J>,
  reading: GenerationReading | undefined,
): Verdict<J> {
  if (failed) return missing('unavailable', true);
  let reason: MissReason = inCells && reading === OPEN ? 'open' : 'absent';
  for (const copy of copies) {
    if (copy.refused === undefined) return { copy, reason: undefined };
    reason = copy.refused;
    // Only this one is no good, so that the next is looked at.
    if (!isOfOneCopy(reason)) break;
  }
  return missing(reason, false);
}

function missing(reason: MissReason, ofProvider: boolean): Verdict<never> {
  return { copy: undefined, reason, ofProvider };
}
