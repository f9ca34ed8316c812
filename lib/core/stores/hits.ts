import type { Generation } from '../../contracts/generation-store.js';
import type { Stamp } from '../../contracts/stamp.js';
import type { TagStamp } from '../../contracts/tag-store.js';

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

/** Where a hit came from, which can be made to values again. */
export interface HitOrigin<V> {
  value(key: string, held: never): V;
}

/**
 * A valid hit, of the current generation, that is due to be loaded anew. `expired`: it is past its soft ttl; otherwise
 * that is near, and it was picked to be refreshed before.
 */
export class RefreshableHit<V> extends Hit<V> {
  /**
   * @param tagged as of some time at which the hit was valid. Only in a namespace with tags
   * @param held what `origin` makes the value of
   */
  constructor(
    value: V,
    generation: Generation,
    readonly expired: boolean,
    readonly stamp: Stamp,
    readonly tagged: TagStamp | undefined,
    private readonly origin: HitOrigin<V>,
    private readonly held: unknown,
  ) {
    super(value, generation, tagged?.tags);
  }

  override with(value: V): RefreshableHit<V> {
    const { generation, expired, stamp, tagged, origin, held } = this;
    return new RefreshableHit(value, generation, expired, stamp, tagged, origin, held);
  }

  /**
   * The value once more, which has nothing in common with that of the caller but what the isolation lets them share.
   *
   * @throws what `origin` does
   */
  again(key: string): V {
    return this.origin.value(key, this.held as never);
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
