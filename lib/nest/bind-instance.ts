import { CasConfigError } from '../errors.js';
import type { CasCacheService } from '../core/cas-cache.js';
import type { BindableCaches } from './bindable-caches.js';
import { getBinding, isRealCache, setBinding } from './decorators/binding.js';
import { allDecorated, className } from './decorators/decorated-methods.js';
import type { Decorated } from './decorators/decorated-methods.js';
import { admitInstance } from './decorators/instances-told-apart.js';

/** The decorated methods of an object's class, its own and inherited. */
export function decoratedOf(instance: unknown): readonly Decorated[] {
  if (typeof instance !== 'object' || instance === null) return [];
  return allDecorated(Object.getPrototypeOf(instance) as object | null);
}

/**
 * Does for an object what property injection does for those that Nest constructs.
 *
 * @param own the cache for methods whose decorator names no namespace; asked only if there is such a method
 * @param replace whether it takes the place of another cache of this application; one of another application always
 *   gives way
 * @param tags whether tags in a namespace without are refused here; at each call they are, in any case
 * @throws CasConfigError for an object that takes no properties, or whose class could not be provided either
 */
export function bindInstance(
  instance: object,
  core: BindableCaches,
  own: () => CasCacheService,
  replace: boolean,
  tags: 'checked' | 'left to calls' = 'checked',
): void {
  const methods = decoratedOf(instance);
  const caches = new Map<Decorated, CasCacheService>();
  for (const method of methods) {
    if (method.namespace !== undefined) continue;
    const bound = getBinding(instance, method.binding);
    const keeps = !replace && isRealCache(bound) && core.caches.includes(bound);
    caches.set(method, keeps ? bound : own());
  }
  const prototype = Object.getPrototypeOf(instance) as object;
  core.checkDecorated(prototype, (method) => caches.get(method)?.namespace);
  if (tags === 'checked') core.checkTags(prototype, (method) => caches.get(method)?.namespace);
  for (const method of methods) assign(instance, method, caches.get(method) ?? core);
}

function assign(instance: object, { binding, owner }: Decorated, value: object): void {
  if (getBinding(instance, binding) === value) return;
  admitInstance(instance, binding, value);
  try {
    setBinding(instance, binding, value);
  } catch (cause) {
    throw new CasConfigError(
      `An instance of ${className(owner)} is frozen, so its decorated methods cannot be given their cache: freeze it later, or not at all.`,
      { cause },
    );
  }
}
