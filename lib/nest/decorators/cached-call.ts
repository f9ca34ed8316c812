import type { CasCacheService } from '../../core/cas-cache.js';
import { CasConfigError } from '../../errors.js';
import { cacheOf } from './binding.js';
import { ownDecorated } from './decorated-methods.js';
import type { Decorated } from './decorated-methods.js';
import { standInFor } from './decoration-site.js';
import type { AnyMethod } from './decoration-site.js';

/** @throws CasConfigError for a method that is cached already */
export function checkCachedOnce(decorator: string, label: string, prototype: object, name: string | symbol): void {
  if (!ownDecorated(prototype).some((other) => other.kind !== 'invalidating' && other.name === name)) return;
  throw new CasConfigError(`${decorator} on ${label}: it is cached twice; keep one decorator.`);
}

/**
 * What is called in place of a cached method: `readThrough` where the instance has a cache and `when` has nothing against it,
 * else the method. Never throws: the method is async.
 */
export function cachedCall(
  method: AnyMethod,
  decorated: Decorated,
  when: AnyMethod | undefined,
  readThrough: (cache: CasCacheService, self: object, args: unknown[]) => Promise<unknown>,
): AnyMethod {
  return standInFor(method, function call(this: unknown, ...args: unknown[]): unknown {
    try {
      const cache = cacheOf(this, decorated);
      if (cache !== undefined && when?.apply(this, args) !== false) {
        const self = this as object;
        return cache instanceof Promise
          ? cache.then((made) => readThrough(made, self, args))
          : readThrough(cache, self, args);
      }
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return method.apply(this, args) as unknown;
  } satisfies AnyMethod);
}
