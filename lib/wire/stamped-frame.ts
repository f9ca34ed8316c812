import { Buffer } from 'node:buffer';
import type { Stamp } from '../contracts/stamp.js';
import { CasCorruptFrameError } from '../errors.js';
import { assertWireGeneration, readGeneration, writeGeneration } from './generation.js';
import { asBuffer, readHeader, writeHeader } from './header.js';
import { GENERATION_BYTES, HEADER_BYTES, KIND_STAMPED, LENGTH_BYTES, STAMPED_HEADER_BYTES } from './layout.js';
import { assertFrameBytes, payloadBytes } from './payload.js';
import { assertStamp, readStamp, writeStamp } from './stamp-bytes.js';

/** What a stamped frame holds. `payload` is a view of the frame. */
export interface StampedEntry {
  readonly gen: number;
  readonly stamp: Stamp;
  readonly payload: Buffer;
}

const STAMP_OFFSET = HEADER_BYTES + GENERATION_BYTES;
const LENGTH_OFFSET = STAMPED_HEADER_BYTES - LENGTH_BYTES;

/**
 * Frames the payload of one key whose value has a soft ttl. The frame is a copy: `payload` can be reused.
 *
 * @param gen 0 to 2^53-1
 * @throws CasGenerationError for another generation
 * @throws CasEncodeError for a stamp that is not in whole milliseconds, and for a payload that is not a Uint8Array, or
 *   has more than 2^32-1 bytes
 */
export function encodeStamped(gen: number, stamp: Stamp, payload: Uint8Array): Buffer {
  assertWireGeneration(gen);
  assertStamp(stamp);
  const length = payloadBytes(payload);
  assertFrameBytes(STAMPED_HEADER_BYTES + length);
  const frame = Buffer.allocUnsafe(STAMPED_HEADER_BYTES + length);
  const at = writeStamp(frame, stamp, writeGeneration(frame, gen, writeHeader(frame, KIND_STAMPED)));
  frame.set(payload, frame.writeUInt32BE(length, at));
  return frame;
}

/**
 * What a stamped frame says. The payload is a view of `frame`, not a copy.
 *
 * @throws CasCorruptFrameError for anything but one whole frame of this kind, with numbers up to 2^53-1 and a soft ttl
 *   of at least 1 ms
 */
export function decodeStamped(frame: Uint8Array): StampedEntry {
  const bytes = asBuffer(frame);
  readHeader(bytes, KIND_STAMPED, STAMPED_HEADER_BYTES);
  const declared = bytes.readUInt32BE(LENGTH_OFFSET);
  const found = bytes.length - STAMPED_HEADER_BYTES;
  if (declared !== found) {
    throw new CasCorruptFrameError(`The frame declares a payload of ${declared} bytes and has ${found}.`);
  }
  const gen = readGeneration(bytes, HEADER_BYTES);
  const stamp = readStamp(bytes, STAMP_OFFSET);
  return { gen, stamp, payload: bytes.subarray(STAMPED_HEADER_BYTES) };
}
