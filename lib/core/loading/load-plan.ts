import type { Awaitable } from '../../contracts/awaitable.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { TagClock, TagStamp } from '../../contracts/tag-store.js';
import type { ResolvedReadOptions } from '../options/load-options.js';
import type { RefreshableHit } from '../stores/hits.js';
import type { FillDeadline } from './fill-deadline.js';
import type { HeldLease } from './lease-result.js';
import type { Lifetime } from './lifetimes.js';
import type { Load, Observed } from './load.js';
import type { LoadContext } from './load-context.js';
import type { LoadTags } from './load-tags.js';

/** What a load is to do. */
export interface Plan<V> {
  /** As the caller's own read, made after it arrived, saw the generations. */
  readonly observed: Observed;
  /** What the loader returned for the keys; without those that it knows nothing of. */
  readonly loader: (context: LoadContext<V>) => Awaitable<ReadonlyMap<string, V>>;
  readonly reading: ResolvedReadOptions<V>;
  /** The loader answers for the keys that it knows, and only for those. */
  readonly ofMany?: boolean;
  /** Only in a namespace with tags. */
  readonly tags?: LoadTags | undefined;
  /** The tags of one value of many, besides. */
  readonly tagsOf?: ((value: V, key: string) => string | readonly string[]) | undefined;
  /** The older hits that are loaded anew. */
  readonly previous?: ReadonlyMap<string, RefreshableHit<V>> | undefined;
  readonly purpose: Purpose;
  /** The function of the caller: a load of the very same one knows as much. */
  readonly source: unknown;
}

/**
 * What a load is for. `'fill'`: for the callers that ask for its keys meanwhile, and to be stored. `'fill-together'`:
 * so, and its keys are all that were asked for together. `'refresh'`: for callers that come later; a hit that is due
 * for it is not enough. `'private'`: for its caller alone, and nothing is filled. `'bypass'`: so, and the cache was not
 * read either.
 */
export type Purpose = 'fill' | 'fill-together' | 'refresh' | 'private' | 'bypass';

/** Whether its values are for its caller alone, so that nothing is filled. */
export function isForOne(purpose: Purpose): boolean {
  return purpose === 'private' || purpose === 'bypass';
}

/** A loaded value, on its way to be stored. */
export interface LoadedItem<V> extends Lifetime {
  readonly key: string;
  readonly value: V;
  readonly observed: Generation;
  /** How long its load took, if that was longer than any that fills may take. Milliseconds. */
  readonly outlastedMs?: number | undefined;
  /** Only in a namespace with tags, where the clock could be had. */
  readonly tagged?: TagStamp | undefined;
}

/** How loads reach the stores. None of it fails. */
export interface LoadStores<V> {
  /** The generations to fill under, 0 for those that cannot be had. */
  snapshot(keys: readonly string[]): Awaitable<ReadonlyMap<string, Generation>>;
  /** The clock of the tags to stamp with, `undefined` when it cannot be had. */
  clock(): Awaitable<TagClock | undefined>;
  /** Whether the tags allow a caller that saw the clock so to have what was begun to be loaded before it came. */
  mayShare(key: string, load: TagStamp | undefined, own: TagClock | undefined): boolean;
  /**
   * Waits until a load of one key is this replica's to make. Ends the load when another has made it; otherwise the
   * generation to fill under is up to date.
   *
   * @throws only why the load was aborted
   */
  turn(load: Load<V>, plan: Plan<V>): Promise<HeldLease | undefined>;
  /** @param together whether these are all the keys that were asked for together */
  fill(items: readonly LoadedItem<V>[], together: boolean): PromiseLike<void> | undefined;
}

export interface LoadLimits {
  /** The most loaders that run at once. */
  readonly maxLoads: number | undefined;
  /** A load that is older is not joined, and is waited for no longer. */
  readonly fillDeadline: Pick<FillDeadline, 'ms'>;
}
