import type { Buffer } from 'node:buffer';
import { CasGenerationError } from '../errors.js';
import { readSafeInteger } from './safe-integer.js';

export { writeSafeInteger as writeGeneration } from './safe-integer.js';

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

/** The caller has checked that eight bytes are there. */
export function readGeneration(frame: Buffer, offset: number): number {
  return readSafeInteger(frame, offset, 'generation');
}
