import { CasConfigError } from '../errors.js';

/** A method of a library, of which this package knows no more than what it hands on. */
export type LibraryMethod = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Puts another method in the place of one that a library's object has.
 *
 * @param caller the function of this package that is to be named when there is no such method
 * @throws CasConfigError
 */
export function replaceMethod(
  caller: string,
  target: object,
  name: string,
  make: (original: LibraryMethod) => LibraryMethod,
): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') {
    throw new CasConfigError(
      `${caller} was given an object without a method ${name}: hand in that of the library itself.`,
    );
  }
  const value = make(original as LibraryMethod);
  // Some define their methods as read-only properties.
  if (!Reflect.set(target, name, value)) Object.defineProperty(target, name, { value, configurable: true });
}
