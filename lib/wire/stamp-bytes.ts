import type { Buffer } from 'node:buffer';
import type { Stamp } from '../contracts/stamp.js';
import { CasCorruptFrameError, CasEncodeError } from '../errors.js';
import { readSafeInteger, writeSafeInteger } from './safe-integer.js';

/** A stamp as it stands in a frame: `storedAt`, then `freshMs`. */
export const STAMP_BYTES = 16;

/** @throws CasEncodeError for one that is not in whole milliseconds */
export function assertStamp({ storedAt, freshMs }: Stamp): void {
  assertMilliseconds('storedAt', storedAt, 0);
  assertMilliseconds('freshMs', freshMs, 1);
}

/** Answers the offset after it. */
export function writeStamp(frame: Buffer, { storedAt, freshMs }: Stamp, offset: number): number {
  return writeSafeInteger(frame, freshMs, writeSafeInteger(frame, storedAt, offset));
}

/**
 * The caller has checked that its bytes are there.
 *
 * @throws CasCorruptFrameError for numbers above 2^53-1, and for a soft ttl of 0
 */
export function readStamp(frame: Buffer, offset: number): Stamp {
  const storedAt = readSafeInteger(frame, offset, 'time of storing');
  const freshMs = readSafeInteger(frame, offset + 8, 'soft ttl');
  if (freshMs === 0) throw new CasCorruptFrameError('The soft ttl of the frame is 0.');
  return { storedAt, freshMs };
}

function assertMilliseconds(name: keyof Stamp, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new CasEncodeError(
    `A frame cannot carry the ${name} ${String(value)}: pass whole milliseconds from ${least} to 2^53-1.`,
  );
}
