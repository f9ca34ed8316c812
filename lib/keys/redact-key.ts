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

/** The user's own way to do so, where there is one, and the default where that throws or answers no text. */
export function redactorOf(own: ((key: string) => string) | undefined): (key: string) => string {
  if (own === undefined) return redactKey;
  return (key) => {
    try {
      const redacted: unknown = own(key);
      if (typeof redacted === 'string') return redacted;
    } catch {
      // What is logged must not depend on it.
    }
    return redactKey(key);
  };
}
