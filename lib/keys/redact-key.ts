import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';

/**
 * A key as it may stand in a log: the first 8 hex digits of its SHA-256, and its length. Two lines about one key can be
 * told from two lines about two keys. A reader of the log who has the key can find its lines, and cannot read keys out
 * of it.
 *
 * `redactKey('user:42')` is `#ea3fd43b (7 bytes)`.
 */
export function redactKey(key: string): string {
  return `#${hash('sha256', key, 'hex').slice(0, 8)} (${Buffer.byteLength(key)} bytes)`;
}
