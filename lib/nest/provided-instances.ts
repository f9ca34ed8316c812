import { Scope } from '@nestjs/common';
import { notToldApart, untoldMethods } from './decorators/instances-told-apart.js';
import type { CachedMethod } from './decorators/decorated-methods.js';
import { keyPrefix } from './decorators/default-key.js';
import type { NestModule, NestWrapper } from './nest-container.js';

interface Provided {
  /** What there is one instance of: the wrapper that makes it, or the object itself. */
  readonly source: unknown;
  readonly module: string;
}

/** Which providers of an application have the default keys of a class, so that a second one is refused at start-up. */
export class ProvidedInstances {
  private readonly byPrefix = new Map<string, Provided>();

  /**
   * @param own the namespace of methods whose decorator names none, as a message names it
   * @throws CasConfigError for a class with default keys that has, or can have, several instances in one namespace
   */
  checkProvider(
    wrapper: NestWrapper,
    module: NestModule,
    prototype: object,
    own: (method: CachedMethod) => string,
  ): void {
    for (const method of untoldMethods(prototype)) {
      const scope = scopeOf(wrapper);
      if (scope !== undefined) throw notToldApart(method, prototype, scope);
      const namespace = method.namespace === undefined ? own(method) : `"${method.namespace}"`;
      const prefix = `${namespace} ${keyPrefix(method, prototype)}`;
      const source: unknown = typeof wrapper.metatype === 'function' ? wrapper : wrapper.instance;
      const other = this.byPrefix.get(prefix);
      if (other === undefined) this.byPrefix.set(prefix, { source, module: module.name });
      else if (other.source !== source) {
        const where =
          other.module === module.name ? `twice in ${other.module}` : `in ${other.module} and in ${module.name}`;
        throw notToldApart(method, prototype, `is provided ${where}, both times in namespace ${namespace}`);
      }
    }
  }
}

/**
 * Checks a class whose dependencies are known by now: one that is request-scoped makes it so too.
 *
 * @throws CasConfigError
 */
export function checkScopeOf(wrapper: NestWrapper, prototype: object): void {
  const [method] = untoldMethods(prototype);
  if (method === undefined || wrapper.isDependencyTreeStatic()) return;
  throw notToldApart(method, prototype, 'depends on something request-scoped, so it has an instance for each request');
}

function scopeOf(wrapper: NestWrapper): string | undefined {
  if (wrapper.scope === Scope.TRANSIENT) return 'is transient, so it has an instance for each that it is injected into';
  if (wrapper.scope !== Scope.REQUEST) return undefined;
  return wrapper.durable === true
    ? 'is durable, so it has an instance for each tenant'
    : 'is request-scoped, so it has an instance for each request';
}
