import type { Buffer } from 'node:buffer';
import type { Stamp } from '../contracts/stamp.js';
import type { TagStamp } from '../contracts/tag-store.js';
import { asBuffer } from './header.js';
import { HEADER_BYTES, KIND_STAMPED, KIND_TAGGED } from './layout.js';
import { decodeSingle } from './single-frame.js';
import { decodeStamped } from './stamped-frame.js';
import { decodeTagged } from './tagged-frame.js';

/** What the entry of one key holds, of whichever kind. `payload` is a view of the frame. */
export interface FramedEntry {
  readonly gen: number;
  readonly payload: Buffer;
  readonly stamp?: Stamp | undefined;
  readonly tagged?: TagStamp | undefined;
}

/**
 * @param tagged whether tagged frames are read. A namespace without tags never asks what ends such an entry, so that to
 *   it they are a newer build's.
 * @throws CasUnknownFrameError, CasCorruptFrameError for anything but one whole frame of one key
 */
export function decodeEntry(frame: Uint8Array, tagged = false): FramedEntry {
  const bytes = asBuffer(frame);
  const kind = bytes[HEADER_BYTES - 1];
  if (kind === KIND_STAMPED) return decodeStamped(bytes);
  return tagged && kind === KIND_TAGGED ? decodeTagged(bytes) : decodeSingle(bytes);
}
