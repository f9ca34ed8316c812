import { Buffer } from 'node:buffer';
import { CasCorruptFrameError } from '../errors.js';
import { assertWireGeneration, readGeneration, writeGeneration } from './generation.js';
import { asBuffer, readHeader, writeHeader } from './header.js';
import { HEADER_BYTES, KIND_SINGLE, LENGTH_BYTES, SINGLE_HEADER_BYTES } from './layout.js';
import { assertFrameBytes, payloadBytes } from './payload.js';

/** What a single frame holds. `payload` is a view of the frame. */
export interface SingleEntry {
  readonly gen: number;
  readonly payload: Buffer;
}

const LENGTH_OFFSET = SINGLE_HEADER_BYTES - LENGTH_BYTES;

/**
 * Frames the payload of one key. The frame is a copy: `payload` can be reused.
 *
 * @param gen 0 to 2^53-1
 * @throws CasGenerationError for another generation
 * @throws CasEncodeError for a payload that is not a Uint8Array, or has more than 2^32-1 bytes
 */
export function encodeSingle(gen: number, payload: Uint8Array): Buffer {
  assertWireGeneration(gen);
  const length = payloadBytes(payload);
  assertFrameBytes(SINGLE_HEADER_BYTES + length);
  const frame = Buffer.allocUnsafe(SINGLE_HEADER_BYTES + length);
  const end = writeGeneration(frame, gen, writeHeader(frame, KIND_SINGLE));
  frame.set(payload, frame.writeUInt32BE(length, end));
  return frame;
}

/**
 * The generation and payload of a single frame. The payload is a view of `frame`, not a copy.
 *
 * @throws CasCorruptFrameError for anything but one whole frame of this kind, with a generation up to 2^53-1
 */
export function decodeSingle(frame: Uint8Array): SingleEntry {
  const bytes = asBuffer(frame);
  return { gen: singleGeneration(bytes), payload: singlePayload(bytes) };
}

/** Checks the whole frame and answers its generation, which is all that a stale entry needs. */
export function singleGeneration(frame: Uint8Array): number {
  const bytes = asBuffer(frame);
  readHeader(bytes, KIND_SINGLE, SINGLE_HEADER_BYTES);
  const declared = bytes.readUInt32BE(LENGTH_OFFSET);
  const found = bytes.length - SINGLE_HEADER_BYTES;
  if (declared !== found) {
    throw new CasCorruptFrameError(`The frame declares a payload of ${declared} bytes and has ${found}.`);
  }
  return readGeneration(bytes, HEADER_BYTES);
}

/** The payload of a frame that `singleGeneration` accepted, as a view of it. */
export function singlePayload(frame: Uint8Array): Buffer {
  return asBuffer(frame).subarray(SINGLE_HEADER_BYTES);
}
