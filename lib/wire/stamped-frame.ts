import { Buffer } from 'node:buffer';
import type { Stamp } from '../contracts/stamp.js';
import { CasCorruptFrameError, CasEncodeError } from '../errors.js';
import { assertWireGeneration, readGeneration, writeGeneration } from './generation.js';
import { asBuffer, readHeader, writeHeader } from './header.js';
import { GENERATION_BYTES, HEADER_BYTES, KIND_STAMPED, LENGTH_BYTES, STAMPED_HEADER_BYTES } from './layout.js';
import { assertFrameBytes, payloadBytes } from './payload.js';
import { readSafeInteger, writeSafeInteger } from './safe-integer.js';

/** What a stamped frame holds. `payload` is a view of the frame. */
export interface StampedEntry {
  readonly gen: number;
  readonly stamp: Stamp;
  readonly payload: Buffer;
}

const STORED_AT_OFFSET = HEADER_BYTES + GENERATION_BYTES;
const FRESH_OFFSET = STORED_AT_OFFSET + 8;
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
  const { storedAt, freshMs } = stamp;
  assertMilliseconds('storedAt', storedAt, 0);
  assertMilliseconds('freshMs', freshMs, 1);
  const length = payloadBytes(payload);
  assertFrameBytes(STAMPED_HEADER_BYTES + length);
  const frame = Buffer.allocUnsafe(STAMPED_HEADER_BYTES + length);
  let at = writeGeneration(frame, gen, writeHeader(frame, KIND_STAMPED));
  at = writeSafeInteger(frame, storedAt, at);
  at = writeSafeInteger(frame, freshMs, at);
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
  const storedAt = readSafeInteger(bytes, STORED_AT_OFFSET, 'time of storing');
  const freshMs = readSafeInteger(bytes, FRESH_OFFSET, 'soft ttl');
  if (freshMs === 0) throw new CasCorruptFrameError('The soft ttl of the frame is 0.');
  return { gen, stamp: { storedAt, freshMs }, payload: bytes.subarray(STAMPED_HEADER_BYTES) };
}

function assertMilliseconds(name: keyof Stamp, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new CasEncodeError(
    `A frame cannot carry the ${name} ${String(value)}: pass whole milliseconds from ${least} to 2^53-1.`,
  );
}
