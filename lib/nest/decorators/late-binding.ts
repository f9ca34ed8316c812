import type { CasCacheService } from '../../core/cas-cache.js';
import { livingApplications } from '../living-applications.js';
import { cacheOf, getBinding } from './binding.js';
import { classOf, labelOf } from './decorated-methods.js';
import type { Decorated } from './decorated-methods.js';

/**
 * The cache of a call on an instance that was given none: what a factory in a lazy module made, or what another object
 * holds, is looked for among the providers of the applications of this process. Without any application, as in a plain
 * unit test, the method just runs.
 *
 * @throws CasConfigError for a call that invalidates nothing, where an application wants it so
 */
export function lateCacheOf(
  instance: unknown,
  method: Decorated,
): CasCacheService | Promise<CasCacheService> | undefined {
  if (typeof instance !== 'object' || instance === null) return undefined;
  // A mock, or a cache that a test replaced, is there on purpose.
  if (getBinding(instance, method.binding) !== undefined) return undefined;
  const applications = livingApplications();
  if (applications.some((application) => application.adopt(instance))) return cacheOf(instance, method);
  if (method.kind !== 'invalidating') return undefined;
  const type = classOf(Object.getPrototypeOf(instance) as object);
  const call = { label: labelOf(method), type, namespace: method.namespace };
  for (const application of applications) application.reportUnbound(call);
  return undefined;
}
