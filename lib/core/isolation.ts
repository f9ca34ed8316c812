import { deepCopy } from './deep-copy.js';
import { frozenCopy } from './deep-freeze.js';
import type { Isolation } from './options.js';

/** How a value in process is kept apart from those who read and write it. */
export interface Isolator {
  /** What the cache keeps of a caller's value. @throws CasValueError for what the isolation refuses. */
  keep<V>(value: V): V;
  /** What a hit hands out of a kept value. */
  hand<V>(kept: V): V;
  /** Whether all hits are the kept object itself. */
  readonly sharesHits: boolean;
}

const itself = <V>(value: V): V => value;

export const ISOLATORS: Readonly<Record<Isolation, Isolator>> = Object.freeze({
  copy: { keep: deepCopy, hand: deepCopy, sharesHits: false },
  frozen: { keep: frozenCopy, hand: itself, sharesHits: true },
  reference: { keep: itself, hand: itself, sharesHits: true },
});
