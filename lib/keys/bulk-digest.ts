import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';

/**
 * Names a set of keys: the first 16 hex digits of the SHA-256 over the distinct keys, sorted by their UTF-8 bytes, each
 * as a 32-bit big-endian byte length and its bytes. It only names the set: a reader still looks for each key in the
 * frame.
 */
export function bulkDigest(keys: readonly string[]): string {
  const sorted = sortedByBytes(keys);
  let bytes = 0;
  for (const key of sorted) bytes += 4 + Buffer.byteLength(key);

  const framed = Buffer.allocUnsafe(bytes);
  let at = 0;
  let last: string | undefined;
  for (const key of sorted) {
    if (key === last) continue;
    last = key;
    const written = writeKey(framed, key, at + 4);
    at = framed.writeUInt32BE(written, at) + written;
  }
  return hash('sha256', framed.subarray(0, at), 'hex').slice(0, 16);
}

/** Keys of at most so many characters are written here, which takes less than a call of the platform. */
const SHORT = 48;

/** Answers how many bytes it took. */
function writeKey(framed: Buffer, key: string, at: number): number {
  if (key.length > SHORT) return framed.write(key, at, 'utf8');
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit > 0x7f) return framed.write(key, at, 'utf8');
    framed[at + i] = unit;
  }
  return key.length;
}

const SURROGATE = /[\ud800-\udfff]/;

/** UTF-16 units sort as UTF-8 bytes do, but for surrogates: U+1F600 comes after U+E000, its units before. */
function sortedByBytes(keys: readonly string[]): string[] {
  if (!keys.some((key) => SURROGATE.test(key))) return keys.toSorted();
  return keys
    .map((key) => ({ key, bytes: Buffer.from(key) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ key }) => key);
}
