import { CasConfigError } from '../errors.js';
import { bindInstance, decoratedOf } from './bind-instance.js';
import type { BindableCaches } from './bindable-caches.js';
import { nameOf, wrappersOf } from './nest-container.js';
import type { NestModule, NestWrapper } from './nest-container.js';
import { cacheSources, onlyNamespace } from './visible-namespaces.js';

/**
 * Gives their caches to the objects that `useFactory` and `useValue` made: Nest injects nothing into those. Each gets
 * the cache that a class in its module would get.
 *
 * @throws CasConfigError naming provider and module, where the module sees no cache or several
 */
export function bindMadeInstances(modules: readonly NestModule[], core: BindableCaches): void {
  for (const module of modules) {
    for (const wrapper of wrappersOf(module)) {
      if (wrapper.isAlias || !isMade(wrapper)) continue;
      for (const instance of instancesOf(wrapper)) {
        if (decoratedOf(instance).length === 0) continue;
        bindInstance(instance as object, core, () => core.get(namespaceFor(wrapper, module)), false);
      }
    }
  }
}

function isMade(wrapper: NestWrapper): boolean {
  return typeof wrapper.metatype !== 'function' || Boolean(wrapper.inject);
}

/** Instances of request-scoped factories do not exist yet. */
function instancesOf(wrapper: NestWrapper): readonly unknown[] {
  if (!wrapper.isDependencyTreeStatic()) return [];
  if (!wrapper.isTransient) return [wrapper.instance];
  return wrapper.getStaticTransientInstances().map((host) => host?.instance as unknown);
}

function namespaceFor(wrapper: NestWrapper, module: NestModule): string {
  const only = onlyNamespace(module);
  if (only !== undefined) return only;
  const seen = cacheSources(module).length === 0 ? 'none' : 'several';
  throw new CasConfigError(
    `${nameOf(wrapper.token)} in ${module.name} is an object with cached methods, made by useFactory or useValue, and ${module.name} sees ${seen} of the caches that it could get: import one CasCacheModule.forFeature() there, or give its decorators a namespace.`,
  );
}
