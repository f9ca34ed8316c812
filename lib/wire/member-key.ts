import { Buffer, isUtf8 } from 'node:buffer';
import { CasKeyError } from '../errors.js';
import { MAX_KEY_BYTES } from './layout.js';

/**
 * How many bytes the key takes. Bytes are taken as they are; a string must be well-formed, or two keys would share
 * bytes.
 */
export function memberKeyBytes(key: string | Uint8Array): number {
  const bytes = typeof key === 'string' ? Buffer.byteLength(key) : key.length;
  if (bytes === 0) throw new CasKeyError('A member of a bulk frame has an empty key: give it at least one byte.');
  if (bytes > MAX_KEY_BYTES) {
    throw new CasKeyError(`A member of a bulk frame has a key of ${bytes} bytes: at most 65,535 fit; use hashKey().`);
  }
  // ES2024; every supported Node has it, the types of ES2023 do not.
  if (typeof key === 'string' && !(key as string & { isWellFormed(): boolean }).isWellFormed()) {
    throw new CasKeyError('A member of a bulk frame has a key with a lone surrogate: use a well-formed string.');
  }
  return bytes;
}

/** Answers the offset after it. */
export function writeMemberKey(frame: Buffer, key: string | Uint8Array, offset: number): number {
  if (typeof key === 'string') return offset + frame.write(key, offset, 'utf8');
  frame.set(key, offset);
  return offset + key.length;
}

/**
 * Whether the member's key is this one, found without reading it. `false` also for a key that is not ASCII, because it
 * cannot tell.
 */
export function isMemberKey(frame: Buffer, start: number, end: number, key: string): boolean {
  if (key.length !== end - start) return false;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit > 0x7f || unit !== frame[start + i]) return false;
  }
  return true;
}

/**
 * Keys are bytes to the format and strings to JavaScript. Bytes that are not UTF-8 can only come from a writer in
 * another language, or from an attacker. Such a key becomes a string that no caller can ask for, because it is not
 * well-formed: each byte above 0x7f is a lone surrogate (U+DC80 to U+DCFF, as in Python's `surrogateescape`). Decoding
 * them to U+FFFD instead would turn different keys into one, and that one is a key that a caller may use.
 */
export function readMemberKey(frame: Buffer, start: number, end: number): string {
  const key = frame.toString('utf8', start, end);
  if (!key.includes('\ufffd') || isUtf8(frame.subarray(start, end))) return key;
  return frame
    .toString('latin1', start, end)
    .replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}
