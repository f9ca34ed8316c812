import { deepCopy } from './deep-copy.js';
import { frozenCopy } from './deep-freeze.js';
import type { Isolation } from './options.js';

/** How a value in process is kept apart from those who read and write it. */
export interface Isolator {
  /** What the cache keeps of a caller's value. @throws CasValueError for what the isolation refuses. */
  keep<V>(value: V): V;
  /** What a hit hands out of a kept value. */
  hand<V>(kept: V): V;
  /** What may be kept of a hit that was handed out: the hit itself where nobody writes to it. @throws as `keep` does */
  keepHit<V>(hit: V): V;
}

const itself = <V>(value: V): V => value;
/** A hit that has just been decoded is not frozen. */
const frozen = <V>(hit: V): V => (Object.isFrozen(hit) ? hit : frozenCopy(hit));

export const ISOLATORS: Readonly<Record<Isolation, Isolator>> = Object.freeze({
  copy: { keep: deepCopy, hand: deepCopy, keepHit: deepCopy },
  frozen: { keep: frozenCopy, hand: itself, keepHit: frozen },
  reference: { keep: itself, hand: itself, keepHit: itself },
});
