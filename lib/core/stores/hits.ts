import type { Generation } from '../../contracts/generation-store.js';
import type { Stamp } from '../../contracts/stamp.js';

/** A valid hit that says more than its value: of a namespace with tags, or one that is due to be loaded anew. */
export class Hit<V> {
  /** @param tags of the entry; `undefined` in a namespace without tags */
  constructor(
    readonly value: V,
    readonly generation: Generation,
    readonly tags: readonly string[] | undefined,
  ) {}

  /** The same hit, with another copy of its value. */
  with(value: V): Hit<V> {
    return new Hit(value, this.generation, this.tags);
  }
}

/**
 * A valid hit, of the current generation, that is due to be loaded anew. `expired`: it is past its soft ttl; otherwise
 * that is near, and it was picked to be refreshed before.
 */
export class RefreshableHit<V> extends Hit<V> {
  constructor(
    value: V,
    generation: Generation,
    readonly expired: boolean,
    readonly stamp: Stamp,
    tags?: readonly string[],
  ) {
    super(value, generation, tags);
  }

  override with(value: V): RefreshableHit<V> {
    return new RefreshableHit(value, this.generation, this.expired, this.stamp, this.tags);
  }
}

/** Whether what was found is a hit that is due to be loaded anew. */
export function isRefreshable<V>(found: unknown): found is RefreshableHit<V> {
  return found instanceof RefreshableHit;
}

/** The value of a hit, whatever else it says. */
export function valueOf<V>(hit: V | Hit<V>): V {
  return hit instanceof Hit ? hit.value : hit;
}
