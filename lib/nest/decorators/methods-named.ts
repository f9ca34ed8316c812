import { CasConfigError } from '../../errors.js';
import { cachedManyMethod, cachedMethods, labelOf } from './decorated-methods.js';
import type { CachedMethod, InvalidatingMethod } from './decorated-methods.js';

/**
 * The cached methods that `of` names: one, or more where an override is cached too. Nearest first.
 *
 * @throws CasConfigError where there is none, or one of rows
 */
export function methodsNamed(
  of: string,
  method: InvalidatingMethod,
  prototype: object | null,
): readonly [CachedMethod, ...CachedMethod[]] {
  const where = `@CasInvalidate on ${labelOf(method)}: of names "${of}"`;
  if (cachedManyMethod(prototype, of) !== undefined) {
    throw new CasConfigError(
      `${where}, which is a @CasCachedMany method: its rows have keys of their own. Give those by \`key\` or \`keys\`.`,
    );
  }
  const [nearest, ...overridden] = cachedMethods(prototype, of);
  if (nearest === undefined) throw new CasConfigError(`${where}, which is no @CasCached method of the class.`);
  return [nearest, ...overridden];
}
