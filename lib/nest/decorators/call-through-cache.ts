import type { CasCacheService } from '../../core/cas-cache.js';
import { cacheOf } from './binding.js';
import type { Decorated } from './decorated-methods.js';
import { lateCacheOf } from './late-binding.js';
import { standInFor } from './decoration-site.js';
import type { AnyMethod } from './decoration-site.js';

/**
 * What is called in place of a decorated method: `run` where the instance has a cache and `when` has nothing against
 * it, else the method. Never throws: the method is async.
 */
export function callThroughCache(
  method: AnyMethod,
  decorated: Decorated,
  run: (cache: CasCacheService, self: object, args: unknown[]) => Promise<unknown>,
  when?: AnyMethod,
): AnyMethod {
  return standInFor(method, function call(this: unknown, ...args: unknown[]): unknown {
    try {
      const cache = cacheOf(this, decorated) ?? lateCacheOf(this, decorated);
      if (cache !== undefined && when?.apply(this, args) !== false) {
        const self = this as object;
        return cache instanceof Promise ? cache.then((made) => run(made, self, args)) : run(cache, self, args);
      }
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return method.apply(this, args) as unknown;
  } satisfies AnyMethod);
}
