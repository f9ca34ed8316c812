import { CasConfigError } from '../../errors.js';
import { cachedManyMethod, cachedMethods, className } from './decorated-methods.js';
import { defaultKey, instancePart } from './default-key.js';

/** The methods of `T` that return a promise. */
type AsyncNames<T> = {
  // eslint-disable-next-line typescript/no-explicit-any -- any parameters
  [N in keyof T]: T[N] extends (...args: any[]) => Promise<any> ? N : never;
}[keyof T];

/** The arguments of a method of `T`. */
// eslint-disable-next-line typescript/no-explicit-any -- any parameters
type ArgumentsOf<T, N extends keyof T> = T[N] extends (...args: infer P) => any ? P : never;

/**
 * The default key of a call, for a method decorated with `@CasCached()` without `key`:
 * `cache.invalidate(casKey(UserRepository, 'find', 42))`. Give the class whose instances are called: a subclass of the
 * one that declares the method has keys of its own. Where the decorator says what tells instances apart (`instance`),
 * give the instance: `casKey(repository, 'find', 42)`.
 *
 * @throws CasConfigError for a method that is not cached, or has a key function, or whose instances are told apart
 * @throws CasKeyError for arguments that no key can be built from
 */
export function casKey<T extends object, N extends AsyncNames<T> & (string | symbol)>(
  type: abstract new (...args: never[]) => T,
  method: N,
  ...args: ArgumentsOf<T, N>
): string;
export function casKey<T extends object, N extends AsyncNames<T> & (string | symbol)>(
  instance: T,
  method: N,
  ...args: ArgumentsOf<T, N>
): string;
export function casKey(given: object, method: string | symbol, ...args: readonly unknown[]): string {
  const prototype = prototypeOf(given);
  const [cached] = cachedMethods(prototype, method);
  const label = `${className(prototype)}.${String(method)}`;
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
  if (typeof given === 'function' && typeof cached.instance === 'function') {
    throw new CasConfigError(
      `casKey: the keys of ${label} depend on its instance; give the instance in place of the class.`,
    );
  }
  return defaultKey(cached, prototype, args, instancePart(cached, given));
}

function prototypeOf(given: object): object {
  return (typeof given === 'function' ? given.prototype : Object.getPrototypeOf(given)) as object;
}
