import { deepCopy } from './deep-copy.js';
import { frozenCopy } from './deep-freeze.js';
import type { Isolation } from './options.js';
import { copyTree, isPlainTree } from './plain-tree.js';

/** How a value in process is kept apart from those who read and write it. */
export interface Isolator {
  /** What the cache keeps of a caller's value. @throws CasValueError for what the isolation refuses. */
  keep<V>(value: V): V;
  /**
   * Whether a kept value has a shorter way to be handed out. To be asked once, of what is kept for longer: it takes about as
   * long as one hit gains by it.
   */
  isTree(kept: unknown): boolean;
  /**
   * What a hit hands out of a kept value.
   *
   * @param isTree what `isTree` said of it. Default: that is not known
   */
  hand<V>(kept: V, isTree?: boolean): V;
  /** What may be kept of a hit that was handed out: the hit itself where nobody writes to it. @throws as `keep` does */
  keepHit<V>(hit: V): V;
}

const itself = <V>(value: V): V => value;
/** A hit that has just been decoded is not frozen. */
const frozen = <V>(hit: V): V => (Object.isFrozen(hit) ? hit : frozenCopy(hit));
const never = (): boolean => false;
const copied = <V>(kept: V, isTree = false): V => (isTree ? copyTree(kept) : deepCopy(kept));

export const ISOLATORS: Readonly<Record<Isolation, Isolator>> = Object.freeze({
  copy: { keep: deepCopy, isTree: isPlainTree, hand: copied, keepHit: deepCopy },
  frozen: { keep: frozenCopy, isTree: never, hand: itself, keepHit: frozen },
  reference: { keep: itself, isTree: never, hand: itself, keepHit: itself },
});
