import type { GenerationStore } from '../../contracts/generation-store.js';
import type { CasProvider, ScopeLimits } from '../../contracts/provider.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import type { CacheEnvironment } from '../support/cache-environment.js';
import type { Guard } from '../support/guard.js';
import type { NamespaceTags } from '../tags/namespace-tags.js';
import type { Freshness } from './freshness.js';
import type { NearLease } from './near-lease.js';

/** What every backend of one namespace works with, besides its stores and their format. */
export interface BackendEnvironment extends Pick<CacheEnvironment, 'reporter' | 'timers'> {
  readonly keys: NamespaceKeys;
  readonly limits: ScopeLimits;
  readonly freshness: Freshness;
  /** Only for values in process whose generations are behind a round trip, where the namespace has read leases. */
  readonly lease?: NearLease | undefined;
  readonly guard: Guard;
  /** Only where the namespace has tags. */
  readonly tags?: NamespaceTags | undefined;
}

/** Where entries stand, and where the generations that prove them. */
export interface EntryStores<S> {
  readonly provider: CasProvider<S>;
  readonly generations: GenerationStore;
}
