import { CasConfigError } from '../errors.js';
import type { CasCacheService } from '../core/cas-cache.js';
import type { CasCacheCore } from './cas-cache.core.js';
import { getBinding, isRealCache, setBinding } from './decorators/binding.js';
import { allDecorated, className } from './decorators/decorated-methods.js';
import type { CachedMethod, InvalidatingMethod } from './decorators/decorated-methods.js';

/** The decorated methods of an object's class, its own and inherited. */
export function decoratedOf(instance: unknown): readonly (CachedMethod | InvalidatingMethod)[] {
  if (typeof instance !== 'object' || instance === null) return [];
  return allDecorated(Object.getPrototypeOf(instance) as object | null);
}

/**
 * Does for an object what property injection does for those that Nest constructs.
 *
 * @param own the cache for methods whose decorator names no namespace; asked only if there is such a method
 * @param replace whether it takes the place of another cache of this application; one of another application always gives way
 * @throws CasConfigError for an object that takes no properties
 */
export function bindInstance(instance: object, core: CasCacheCore, own: () => CasCacheService, replace: boolean): void {
  for (const method of decoratedOf(instance)) {
    if (method.namespace !== undefined) {
      assign(instance, method, core);
      continue;
    }
    const bound = getBinding(instance, method.binding);
    if (replace || !isRealCache(bound) || !core.caches.includes(bound)) assign(instance, method, own());
  }
}

function assign(instance: object, { binding, owner }: CachedMethod | InvalidatingMethod, value: unknown): void {
  if (getBinding(instance, binding) === value) return;
  try {
    setBinding(instance, binding, value);
  } catch (cause) {
    throw new CasConfigError(
      `An instance of ${className(owner)} is frozen, so its decorated methods cannot be given their cache: freeze it later, or not at all.`,
      { cause },
    );
  }
}
