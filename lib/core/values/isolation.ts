import { deepCopy } from './deep-copy.js';
import { frozenCopy } from './deep-freeze.js';
import { copyIfTree, copyTree } from './plain-tree.js';

/**
 * What a hit hands out where values are held in process.
 * - `copy`: a private deep copy, class instances and Dates included.
 * - `frozen`: one deeply frozen object that all callers share.
 * - `reference`: the stored object itself; the caller promises not to write to it.
 */
export type Isolation = 'copy' | 'frozen' | 'reference';

/** How a value in process is kept apart from those who read and write it. */
export interface Isolator {
  /**
   * What the cache keeps of a caller's value.
   *
   * @param trees what is kept is added to them where it has a shorter way to be handed out
   * @throws CasValueError for what the isolation refuses
   */
  keep<V>(value: V, trees?: WeakSet<object>): V;
  /**
   * What a hit hands out of a kept value.
   *
   * @param isTree whether it was among the trees when it was kept. Default: that is not known
   */
  hand<V>(kept: V, isTree?: boolean): V;
  /** What may be kept of a hit that was handed out: the hit itself where nobody writes to it. @throws as `keep` does */
  keepHit<V>(hit: V): V;
}

const itself = <V>(value: V): V => value;
/** A hit that has just been decoded is not frozen. */
const frozen = <V>(hit: V): V => (Object.isFrozen(hit) ? hit : frozenCopy(hit));
const keepCopy = <V>(value: V, trees?: WeakSet<object>): V => {
  const tree = trees && copyIfTree(value);
  if (tree === undefined) return deepCopy(value);
  trees?.add(tree);
  return tree;
};
const copied = <V>(kept: V, isTree = false): V => (isTree ? copyTree(kept) : deepCopy(kept));

export const ISOLATORS: Readonly<Record<Isolation, Isolator>> = Object.freeze({
  copy: { keep: keepCopy, hand: copied, keepHit: deepCopy },
  frozen: { keep: frozenCopy, hand: itself, keepHit: frozen },
  reference: { keep: itself, hand: itself, keepHit: itself },
});
