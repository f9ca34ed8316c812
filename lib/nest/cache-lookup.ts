import type { CasCacheService } from '../core/cas-cache.js';

/**
 * How a decorated method with a `namespace` of its own finds its cache: what CAS_CORE provides is one of these. A
 * class, so that a mock in its place can be told apart.
 */
export abstract class CacheLookup {
  /**
   * The cache; a promise while its definition is still being made, at start-up; `undefined` when a test replaced it.
   *
   * @throws CasConfigError for a namespace that no forFeature names
   */
  abstract cacheFor(namespace: string): CasCacheService | Promise<CasCacheService> | undefined;
}
