import type { CasCacheService } from '../core/cas-cache.js';
import type { CacheLookup } from './cache-lookup.js';
import type { CachedMethod, Decorated } from './decorators/decorated-methods.js';

/** The namespace of a method whose decorator names none, as far as it is known. */
export type OwnNamespace = (method: Decorated) => string | undefined;

/** The caches of an application, as far as objects are given them that Nest did not construct. */
export interface BindableCaches extends CacheLookup {
  /** Those that are made. */
  readonly caches: readonly CasCacheService[];
  /** @throws CasConfigError for a namespace that is not there, or not made yet */
  get(namespace: string): CasCacheService;
  /** The cache of `namespace` or, without it, of the only one that there is. @throws CasConfigError */
  only(namespace: string | undefined): CasCacheService;
  /** Whether a namespace is there and its definitions are complete. */
  isMade(namespace: string): boolean;
  /** @throws CasConfigError for a class that could not be provided either */
  checkDecorated(prototype: object, own: (method: CachedMethod) => string | undefined): void;
  /** @throws CasConfigError for decorators that name tags in a namespace without */
  checkTags(prototype: object, own: OwnNamespace): void;
}
