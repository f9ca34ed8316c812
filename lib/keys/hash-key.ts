import { hash } from 'node:crypto';
import { assertKey } from './assert-key.js';
import { stableKey } from './stable-key.js';

export interface HashKeyOptions {
  /**
   * `sha256` (64 hex digits) by default. `md5` (32) is shorter, and fit where no user gains by making two values
   * collide. A function is given the canonical text and answers the key.
   */
  readonly algorithm?: 'sha256' | 'md5' | ((canonical: string) => string) | undefined;
}

/**
 * A short key of fixed length for data of any size: the hash of its {@link stableKey}. Several values go in as an
 * array.
 *
 * @throws CasKeyError as stableKey does, and when a function given as `algorithm` answers no valid key
 */
export function hashKey(value: unknown, options: HashKeyOptions = {}): string {
  const { algorithm = 'sha256' } = options;
  const canonical = stableKey(value);
  if (typeof algorithm !== 'function') return hash(algorithm, canonical, 'hex');
  const key: unknown = algorithm(canonical);
  assertKey(key);
  return key;
}
