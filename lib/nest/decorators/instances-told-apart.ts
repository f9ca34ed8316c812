import { CasConfigError } from '../../errors.js';
import { allDecorated, classOf, className, labelOf } from './decorated-methods.js';
import type { CachedMethod } from './decorated-methods.js';

/** By class. A memory: what a class declares does not change. */
const untold = new WeakMap<object, readonly CachedMethod[]>();

/** By cache, and then by class: the instance whose default keys the cache has. */
const holders = new WeakMap<object, WeakMap<object, WeakRef<object>>>();

/**
 * The methods of a class whose default keys are the same for all instances, without their decorator saying that it is
 * meant.
 */
export function untoldMethods(prototype: object | null): readonly CachedMethod[] {
  if (prototype === null) return [];
  const type = classOf(prototype);
  const known = untold.get(type);
  if (known !== undefined) return known;
  const found = allDecorated(type).filter(
    (method): method is CachedMethod =>
      method.kind === 'cached' && method.key === undefined && method.instance === undefined,
  );
  untold.set(type, found);
  return found;
}

/**
 * Lets an instance have the default keys of its class in a cache. A second instance would be served the rows of the
 * first, and those of an instance that is gone are still there.
 *
 * @param binding the property of the instance that the cache goes into
 * @param cache the cache, or the way to all caches of an application
 * @throws CasConfigError for a second instance, where the decorator does not say what tells them apart
 */
export function admitInstance(instance: object, binding: symbol, cache: object): void {
  const prototype = Object.getPrototypeOf(instance) as object;
  const method = untoldMethods(prototype).find((each) => each.binding === binding);
  if (method === undefined) return;
  const type = classOf(prototype);
  const byClass = holders.get(cache) ?? new WeakMap<object, WeakRef<object>>();
  holders.set(cache, byClass);
  const holder = byClass.get(type);
  if (holder === undefined) byClass.set(type, new WeakRef(instance));
  else if (holder.deref() !== instance) {
    throw notToldApart(method, prototype, 'has several instances that are given one cache');
  }
}

/** @param why completes the sentence that begins with the class */
export function notToldApart(method: CachedMethod, prototype: object, why: string): CasConfigError {
  const name = className(classOf(prototype)) || 'a class without a name';
  return new CasConfigError(
    `@CasCached on ${labelOf(method)}: ${name} ${why}, and default keys do not tell instances apart, so one would be served the rows of another. Give \`instance: (self) => …\`, which answers what tells them apart (a tenant, say), or \`instance: 'shared'\` if nothing does.`,
  );
}
