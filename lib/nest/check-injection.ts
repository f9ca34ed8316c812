import { CasCacheService } from '../core/cas-cache.js';
import { CasConfigError } from '../errors.js';
import { allDecorated } from './decorators/decorated-methods.js';
import { dependenciesOf, nameOf, wrappersOf } from './nest-container.js';
import type { NestModule, NestWrapper } from './nest-container.js';
import { cacheSources, sourceName } from './visible-namespaces.js';

/**
 * Refuses a class that asks for CasCacheService by its class in a module that sees several: Nest would give it the
 * first one that it finds, which is seldom the one that was meant.
 *
 * @throws CasConfigError
 */
export function checkInjection(modules: readonly NestModule[]): void {
  for (const module of modules) {
    const seen = new Set(cacheSources(module).map(sourceName));
    if (seen.size < 2) continue;
    for (const wrapper of wrappersOf(module)) {
      const ambiguous = dependenciesOf(wrapper).find(({ token }) => token === CasCacheService);
      if (ambiguous !== undefined) throw ambiguity(wrapper, module, [...seen], ambiguous.property);
    }
  }
}

function ambiguity(
  wrapper: NestWrapper,
  module: NestModule,
  seen: readonly string[],
  property: string | symbol | undefined,
): CasConfigError {
  const decorated =
    typeof wrapper.metatype === 'function' &&
    allDecorated((wrapper.metatype.prototype ?? null) as object | null).some(({ binding }) => binding === property);
  const fix = decorated
    ? "give its @CasCached and @CasInvalidate decorators a namespace, as in @CasCached({ namespace: 'user' })"
    : "use @InjectCasCache('user'), or another of them, instead of the class";
  return new CasConfigError(
    `${nameOf(wrapper.token)} in ${module.name} gets CasCacheService, and ${module.name} sees several: ${seen.join(', ')}. To say which one is meant, ${fix}.`,
  );
}
