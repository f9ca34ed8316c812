import type { Buffer } from 'node:buffer';
import type { Stamp } from '../contracts/stamp.js';
import { asBuffer } from './header.js';
import { HEADER_BYTES, KIND_STAMPED } from './layout.js';
import { decodeSingle } from './single-frame.js';
import { decodeStamped } from './stamped-frame.js';

/** What the entry of one key holds, of whichever kind. `payload` is a view of the frame. */
export interface FramedEntry {
  readonly gen: number;
  readonly payload: Buffer;
  readonly stamp?: Stamp | undefined;
}

/** @throws CasUnknownFrameError, CasCorruptFrameError for anything but one whole frame of one key */
export function decodeEntry(frame: Uint8Array): FramedEntry {
  const bytes = asBuffer(frame);
  return bytes[HEADER_BYTES - 1] === KIND_STAMPED ? decodeStamped(bytes) : decodeSingle(bytes);
}
