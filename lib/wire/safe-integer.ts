import type { Buffer } from 'node:buffer';
import { CasCorruptFrameError } from '../errors.js';

const TWO_TO_32 = 0x1_0000_0000;
/** The upper half of 2^53 - 1. */
const MAX_HIGH = 0x1f_ffff;

/**
 * A u64 that a number holds exactly. As two halves, because a BigInt would be allocated for each. The caller has
 * checked that eight bytes are there.
 */
export function readSafeInteger(frame: Buffer, offset: number, name: string): number {
  const high = frame.readUInt32BE(offset);
  if (high > MAX_HIGH) throw new CasCorruptFrameError(`The ${name} of the frame is above 2^53-1.`);
  return high * TWO_TO_32 + frame.readUInt32BE(offset + 4);
}

/** Answers the offset after it. */
export function writeSafeInteger(frame: Buffer, integer: number, offset: number): number {
  frame.writeUInt32BE(Math.floor(integer / TWO_TO_32), offset);
  return frame.writeUInt32BE(integer % TWO_TO_32, offset + 4);
}
