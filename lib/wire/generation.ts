import type { Buffer } from 'node:buffer';
import { CasCorruptFrameError, CasGenerationError } from '../errors.js';

const TWO_TO_32 = 0x1_0000_0000;
/** The upper half of 2^53 - 1. */
const MAX_HIGH = 0x1f_ffff;

/**
 * Refuses what the wire cannot carry: a frame holds any safe integer, also 0 and 2^53 - 1, which no store issues and
 * which therefore never match.
 */
export function assertWireGeneration(generation: number): void {
  if (Number.isSafeInteger(generation) && generation >= 0) return;
  throw new CasGenerationError(
    `A frame cannot carry the generation ${String(generation)}: pass an integer from 0 to 2^53-1, as a store issued it.`,
  );
}

/** As two halves, because a BigInt would be allocated for each. The caller has checked that eight bytes are there. */
export function readGeneration(frame: Buffer, offset: number): number {
  const high = frame.readUInt32BE(offset);
  if (high > MAX_HIGH) throw new CasCorruptFrameError('The generation of the frame is above 2^53-1.');
  return high * TWO_TO_32 + frame.readUInt32BE(offset + 4);
}

/** Answers the offset after it. */
export function writeGeneration(frame: Buffer, generation: number, offset: number): number {
  frame.writeUInt32BE(Math.floor(generation / TWO_TO_32), offset);
  return frame.writeUInt32BE(generation % TWO_TO_32, offset + 4);
}
