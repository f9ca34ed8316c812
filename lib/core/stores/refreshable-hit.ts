import type { Generation } from '../../contracts/generation-store.js';
import type { Stamp } from '../../contracts/stamp.js';

/**
 * A valid hit, of the current generation, that is due to be loaded anew. `expired`: it is past its soft ttl; otherwise
 * that is near, and it was picked to be refreshed before.
 */
export class RefreshableHit<V> {
  constructor(
    readonly value: V,
    readonly generation: Generation,
    readonly expired: boolean,
    readonly stamp: Stamp,
  ) {}
}

/** The value of a hit, whatever its age. */
export function valueOf<V>(hit: V | RefreshableHit<V>): V {
  return hit instanceof RefreshableHit ? hit.value : hit;
}
