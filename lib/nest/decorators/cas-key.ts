import { CasConfigError } from '../../errors.js';
import { cachedManyMethod, cachedMethods } from './decorated-methods.js';
import { defaultKey } from './default-key.js';

/** The methods of `T` that return a promise. */
type AsyncNames<T> = {
  // eslint-disable-next-line typescript/no-explicit-any -- any parameters
  [N in keyof T]: T[N] extends (...args: any[]) => Promise<any> ? N : never;
}[keyof T];

/**
 * The default key of a call, for a method decorated with `@CasCached()` without `key`:
 * `cache.invalidate(casKey(UserRepository, 'find', 42))`. Give the class whose instances are called: an heir of the class
 * that declares the method has keys of its own.
 *
 * @throws CasConfigError for a method that is not cached, or has a key function
 * @throws CasKeyError for arguments that no key can be built from
 */
export function casKey<T extends object, N extends AsyncNames<T> & (string | symbol)>(
  type: abstract new (...args: never[]) => T,
  method: N,
  // eslint-disable-next-line typescript/no-explicit-any -- any parameters
  ...args: T[N] extends (...args: infer P) => any ? P : never
): string {
  const prototype = type.prototype as object;
  const [cached] = cachedMethods(prototype, method);
  const label = `${type.name}.${String(method)}`;
  if (cached === undefined && cachedManyMethod(prototype, method) !== undefined) {
    throw new CasConfigError(
      `casKey: the rows of ${label} have the keys that its \`keys\` answers; call that instead.`,
    );
  }
  if (cached === undefined) {
    throw new CasConfigError(`casKey: ${label} is not decorated with @CasCached, so it has no key.`);
  }
  if (cached.key !== undefined) {
    throw new CasConfigError(`casKey: ${label} has a key function of its own; call that instead.`);
  }
  return defaultKey(cached, prototype, args as unknown[]);
}
