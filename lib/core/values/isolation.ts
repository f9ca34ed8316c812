import { deepCopy } from './deep-copy.js';
import { frozenCopy } from './deep-freeze.js';
import type { CopiersOfTypes } from './object-graph-copy.js';
import { copyByPlan } from './copy-plan.js';
import type { CopyPlan, PreparedPlans } from './copy-plan.js';
import { copyIfTree, copyTree } from './plain-tree.js';

/**
 * What a hit hands out where values are held in process.
 * - `copy`: a private deep copy, class instances and Dates included.
 * - `frozen`: one deeply frozen object that all callers share.
 * - `reference`: the stored object itself; the caller promises not to write to it.
 */
export type Isolation = 'copy' | 'frozen' | 'reference';

/** How a value in process is kept apart from the code that reads and writes it. */
export interface Isolator {
  /** Whether a hit hands out the kept value itself. */
  readonly sharesHits: boolean;
  /**
   * What the cache keeps of a caller's value.
   *
   * @param isTree whether it is a plain tree. Default: that is not known
   * @param plans what is kept is added where it has a shorter way to be handed out
   * @throws CasValueError for what the isolation refuses
   */
  keep<V>(value: V, plans?: PreparedPlans, isTree?: boolean): V;
  /**
   * What a hit hands out of a kept value.
   *
   * @param plan the one that it was given when it was kept, or that was made of it since
   */
  hand<V>(kept: V, plan?: CopyPlan): V;
  /**
   * What may be kept of a hit that was handed out: the hit itself where no code writes to it. @throws as `keep` does
   */
  keepHit<V>(hit: V): V;
}

const itself = <V>(value: V): V => value;
const REFERENCE: Isolator = Object.freeze({ sharesHits: true, keep: itself, hand: itself, keepHit: itself });

/** @param copiers copy the instances of classes whose state is more than their properties */
export function isolatorOf(isolation: Isolation, copiers?: CopiersOfTypes): Isolator {
  if (isolation === 'reference') return REFERENCE;
  if (isolation === 'frozen') {
    const keep = <V>(value: V): V => frozenCopy(value, copiers);
    // A hit that has just been decoded is not frozen.
    return { sharesHits: true, keep, hand: itself, keepHit: (hit) => (Object.isFrozen(hit) ? hit : keep(hit)) };
  }
  const copy = copiers === undefined ? deepCopy : <V>(value: V): V => deepCopy(value, copiers);
  return {
    sharesHits: false,
    keep: <V>(value: V, plans?: PreparedPlans, isTree?: boolean): V => {
      const tree = plans && treeOf(value, isTree);
      if (tree === undefined) return copy(value);
      plans?.add(tree);
      return tree;
    },
    hand: (kept, plan) => (plan === undefined ? copy(kept) : copyByPlan(kept, plan)),
    keepHit: copy,
  };
}

function treeOf<V>(value: V, isTree: boolean | undefined): (V & object) | undefined {
  if (isTree === undefined) return copyIfTree(value);
  return isTree && typeof value === 'object' && value !== null ? copyTree(value) : undefined;
}
