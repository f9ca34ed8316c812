import { Buffer } from 'node:buffer';
import { CasKeyError } from '../errors.js';
import { redactKey } from './redact-key.js';

/** A key is at most this long, in bytes of UTF-8: the length field of a bulk frame's member has 16 bits. */
export const MAX_KEY_BYTES = 65_535;

/** A UTF-16 unit becomes at most three bytes. A shorter key needs no counting. */
const SURELY_SHORT = MAX_KEY_BYTES / 3;

const NAMESPACE = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Refuses what is no namespace: 1 to 64 of `A-Z a-z 0-9 . _ -`. Without `:`, two namespaces can never share a key.
 *
 * @throws CasKeyError
 */
export function assertNamespace(namespace: unknown): asserts namespace is string {
  if (typeof namespace !== 'string') {
    throw new CasKeyError(`A namespace is a string, and this is ${typeName(namespace)}.`);
  }
  if (NAMESPACE.test(namespace)) return;
  throw new CasKeyError(
    `The namespace ${JSON.stringify(namespace.slice(0, 80))} cannot be used: choose 1 to 64 characters out of A-Z, a-z, 0-9, ".", "_" and "-".`,
    { namespace },
  );
}

/**
 * Refuses what is no key: a string of 1 to 65,535 bytes of UTF-8 without lone surrogates, two of which would share
 * bytes.
 *
 * @throws CasKeyError
 */
export function assertKey(key: unknown, namespace?: string): asserts key is string {
  if (typeof key === 'string' && key.length > 0 && key.length <= SURELY_SHORT && isWellFormed(key)) return;
  assertUnusualKey(key, namespace);
}

function assertUnusualKey(key: unknown, namespace: string | undefined): asserts key is string {
  if (typeof key !== 'string') {
    throw new CasKeyError(
      `A key is a string, and this is ${typeName(key)}: ${isNumeric(key) ? 'give String(id)' : 'build one, for instance with stableKey()'}.`,
      {
        namespace,
      },
    );
  }
  if (key === '') throw new CasKeyError('A key cannot be empty: use at least one character.', { namespace, key });
  if (!isWellFormed(key)) {
    throw new CasKeyError(
      `The key ${redactKey(key)} has a lone surrogate: clean it with toWellFormed(), or write bytes as hex.`,
      { namespace, key },
    );
  }
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new CasKeyError(
      `The key ${redactKey(key)} is too long: at most ${MAX_KEY_BYTES} bytes of UTF-8. Shorten it with hashKey().`,
      { namespace, key },
    );
  }
}

/** ES2024: every supported Node has it, the types of ES2023 do not. */
export function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

function isNumeric(key: unknown): boolean {
  return typeof key === 'number' || typeof key === 'bigint';
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}
