import { isUtf8 } from 'node:buffer';

import { CodecProblem } from './failures.js';

/** Text as UTF-8. A lone surrogate has no UTF-8: writing U+FFFD in its place would change the value. */
export function encodeUtf8(text: string): Buffer {
  if (hasLoneSurrogate(text)) throw new CodecProblem('a lone surrogate in a string');
  return Buffer.from(text, 'utf8');
}

export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new CodecProblem('bytes that are not UTF-8');
  return view(bytes).toString('utf8');
}

/** A regular expression takes seven times as long for text beyond Latin-1. */
export function hasLoneSurrogate(text: string): boolean {
  return !(text as string & { isWellFormed(): boolean }).isWellFormed();
}

/** The same memory as a `Buffer`. */
export function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
