import { CasConfigError } from '../errors.js';
import { allDecorated, cachedMethods, labelOf } from './decorators/decorated-methods.js';
import type { CachedMethod, InvalidatingMethod } from './decorators/decorated-methods.js';
import { keyPrefix } from './decorators/default-key.js';
import { wrappersOf } from './nest-container.js';
import type { NestModule, NestWrapper } from './nest-container.js';
import { cacheSources, sourceName } from './visible-namespaces.js';

/** Which class, by its prototype, has the default keys that begin so. */
type Prefixes = Map<string, object>;

/**
 * Checks the decorated methods of every class and object that the application provides: that the namespaces they name
 * exist, that `of` names a cached method and has its arguments, and that no two classes would share default keys.
 *
 * @throws CasConfigError
 */
export function checkDecorated(modules: readonly NestModule[], namespaces: ReadonlySet<string>): void {
  const prefixes: Prefixes = new Map();
  for (const module of modules) {
    for (const wrapper of wrappersOf(module)) {
      const prototype = prototypeOf(wrapper);
      for (const method of allDecorated(prototype)) {
        if (method.namespace !== undefined && !namespaces.has(method.namespace)) throw unknownNamespace(method);
        if (method.kind === 'invalidating') checkOf(method, prototype);
        else if (method.key === undefined) checkPrefix(method, prototype as object, module, prefixes);
      }
    }
  }
}

/** Of the class that Nest will construct, or of the object that it has. Other instances do not exist yet. */
function prototypeOf(wrapper: NestWrapper): object | null {
  const { inject, metatype, instance } = wrapper as { inject?: unknown; metatype: unknown; instance: unknown };
  if (typeof metatype === 'function') return inject ? null : ((metatype.prototype ?? null) as object | null);
  return typeof instance === 'object' && instance !== null ? (Object.getPrototypeOf(instance) as object | null) : null;
}

function unknownNamespace(method: CachedMethod | InvalidatingMethod): CasConfigError {
  return new CasConfigError(
    `${labelOf(method)} is decorated with the namespace "${method.namespace}", which no module names: import CasCacheModule.forFeature('${method.namespace}') somewhere.`,
    { namespace: method.namespace },
  );
}

function checkOf(method: InvalidatingMethod, prototype: object | null): void {
  if (method.of === undefined) return;
  const [cached] = cachedMethods(prototype, method.of);
  if (cached === undefined) {
    throw new CasConfigError(
      `@CasInvalidate on ${labelOf(method)}: of names "${method.of}", which is no @CasCached method of the class.`,
    );
  }
  if (!method.hasArgs && method.length < cached.length) {
    throw new CasConfigError(
      `@CasInvalidate on ${labelOf(method)}: ${labelOf(cached)} takes ${cached.length} arguments, and this method only ${method.length}: give \`args\`, which answers them.`,
    );
  }
}

function checkPrefix(method: CachedMethod, prototype: object, module: NestModule, prefixes: Prefixes): void {
  const namespace = method.namespace === undefined ? cacheSources(module).map(sourceName)[0] : `"${method.namespace}"`;
  const prefix = `${namespace} ${keyPrefix(method, prototype)}`;
  const other = prefixes.get(prefix);
  if (other !== undefined && other !== prototype) {
    throw new CasConfigError(
      `Two classes have the default keys of ${labelOf(method)} in namespace ${namespace}, because they have one name: rename one, or give one of them a \`key\` or a namespace of its own.`,
    );
  }
  prefixes.set(prefix, prototype);
}
