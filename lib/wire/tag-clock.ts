import type { Buffer } from 'node:buffer';
import type { TagClock } from '../contracts/tag-store.js';
import { CasCorruptFrameError, CasEncodeError } from '../errors.js';
import { readSafeInteger } from './safe-integer.js';

/** @throws CasEncodeError for what no store issues */
export function assertClock(name: keyof TagClock, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new CasEncodeError(
    `A frame cannot carry the ${name} ${String(value)}: pass an integer from 1 to 2^53-1, as a store issued it.`,
  );
}

/**
 * The caller has checked that eight bytes are there.
 *
 * @throws CasCorruptFrameError for 0, and for a number above 2^53-1
 */
export function readClock(frame: Buffer, offset: number, name: keyof TagClock): number {
  const value = readSafeInteger(frame, offset, name);
  if (value === 0) throw new CasCorruptFrameError(`The ${name} of the frame is 0.`);
  return value;
}
