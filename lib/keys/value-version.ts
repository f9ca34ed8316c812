import { CasKeyError } from '../errors.js';

const VALUE_VERSION = /^[A-Za-z0-9._-]{1,32}$/;

/**
 * Refuses what is no version of a namespace's values: 1 to 32 of `A-Z a-z 0-9 . _ -`. Without `@` and `:`, no key of
 * one version is one of another.
 *
 * @throws CasKeyError
 */
export function assertValueVersion(version: unknown): asserts version is string {
  if (typeof version === 'string' && VALUE_VERSION.test(version)) return;
  const given = typeof version === 'string' ? JSON.stringify(version.slice(0, 40)) : `of type ${typeof version}`;
  throw new CasKeyError(
    `The valueVersion ${given} cannot be used: choose 1 to 32 characters out of A-Z, a-z, 0-9, ".", "_" and "-", such as '2'.`,
  );
}
