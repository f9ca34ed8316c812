import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';

/**
 * Names a set of keys: the first 16 hex digits of the SHA-256 over the distinct keys, sorted by their UTF-8 bytes, each
 * as a 32-bit big-endian byte length and its bytes. It only names the set: a reader still looks for each key in the frame.
 */
export function bulkDigest(keys: readonly string[]): string {
  const sorted = sortedByBytes([...new Set(keys)]);
  let bytes = 0;
  for (const key of sorted) bytes += 4 + Buffer.byteLength(key);

  const framed = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const key of sorted) {
    const written = framed.write(key, at + 4, 'utf8');
    at = framed.writeUInt32BE(written, at) + written;
  }
  return hash('sha256', framed, 'hex').slice(0, 16);
}

const SURROGATE = /[\ud800-\udfff]/;

/** UTF-16 units sort as UTF-8 bytes do, but for surrogates: U+1F600 comes after U+E000, its units before. */
function sortedByBytes(keys: string[]): string[] {
  if (!keys.some((key) => SURROGATE.test(key))) return keys.toSorted();
  return keys
    .map((key) => ({ key, bytes: Buffer.from(key) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ key }) => key);
}
