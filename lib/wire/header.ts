import { Buffer } from 'node:buffer';
import { isUint8Array } from 'node:util/types';
import { CasCorruptFrameError, CasUnknownFrameError } from '../errors.js';
import {
  HEADER_BYTES,
  KIND_BULK,
  KIND_SINGLE,
  KIND_STAMPED,
  KIND_TAGGED,
  KIND_TAGGED_BULK,
  KINDS,
  MAGIC,
  VERSION,
} from './layout.js';

const VERSION_OFFSET = 4;
const KIND_OFFSET = 5;

/** The same bytes as a Buffer; nothing is copied. */
export function asBuffer(bytes: unknown): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  if (isUint8Array(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw new CasCorruptFrameError(`A frame is a Uint8Array, and this is of type ${typeof bytes}.`);
}

/**
 * Refuses what does not begin as a frame of `kind`, or is shorter than `least` bytes.
 *
 * @throws CasUnknownFrameError for what only a newer build can read
 * @throws CasCorruptFrameError for the rest
 */
export function readHeader(frame: Buffer, kind: number, least: number): void {
  const isOfKind = frame.length >= least && frame[VERSION_OFFSET] === VERSION && frame[KIND_OFFSET] === kind;
  if (!isOfKind || frame.readUInt32BE(0) !== MAGIC) refuse(frame, kind, least);
}

function refuse(frame: Buffer, kind: number, least: number): never {
  if (isUnknownFrame(frame, isOfTags(kind))) {
    throw new CasUnknownFrameError(
      `The frame is of version ${frame[VERSION_OFFSET]} and kind ${frame[KIND_OFFSET]}: a newer build must have written it, or a process whose namespace has tags.`,
    );
  }
  if (frame.length < least) {
    throw new CasCorruptFrameError(`The frame ends in its header, after ${frame.length} bytes.`);
  }
  if (frame.readUInt32BE(0) !== MAGIC) throw new CasCorruptFrameError('The bytes are not a frame: wrong magic.');
  throw new CasCorruptFrameError(`The frame is of kind ${frame[KIND_OFFSET]}, not ${kind}.`);
}

/**
 * Whether the bytes begin as a frame does, of a version or kind that this build does not know.
 *
 * @param tagged whether tagged frames are known: only where a namespace has tags
 */
export function isUnknownFrame(bytes: Uint8Array, tagged = false): boolean {
  if (bytes.length < HEADER_BYTES) return false;
  const isKnown = bytes[VERSION_OFFSET] === VERSION && isKnownKind(bytes[KIND_OFFSET] as number, tagged);
  return !isKnown && asBuffer(bytes).readUInt32BE(0) === MAGIC;
}

function isKnownKind(kind: number, tagged: boolean): boolean {
  return KINDS.has(kind) || (tagged && isOfTags(kind));
}

/** Whether frames of the kind are those of a namespace with tags. */
export function isOfTags(kind: number | undefined): boolean {
  return kind === KIND_TAGGED || kind === KIND_TAGGED_BULK;
}

/** Writes the header and answers the offset after it. */
export function writeHeader(frame: Buffer, kind: number): number {
  frame.writeUInt32BE(MAGIC, 0);
  frame.writeUInt8(VERSION, 4);
  frame.writeUInt8(kind, 5);
  return HEADER_BYTES;
}

/** What the header of an entry says that it is. */
export type FrameKind = 'single' | 'bulk' | 'stamped' | 'tagged' | 'tagged-bulk' | 'unknown';

const NAMES = new Map<number, FrameKind>([
  [KIND_SINGLE, 'single'],
  [KIND_BULK, 'bulk'],
  [KIND_STAMPED, 'stamped'],
  [KIND_TAGGED, 'tagged'],
  [KIND_TAGGED_BULK, 'tagged-bulk'],
]);

/** By the header alone: nothing behind it is looked at. */
export function frameKindOf(bytes: Uint8Array): FrameKind {
  if (bytes.length < HEADER_BYTES || asBuffer(bytes).readUInt32BE(0) !== MAGIC) return 'unknown';
  return (bytes[VERSION_OFFSET] === VERSION ? NAMES.get(bytes[KIND_OFFSET] as number) : undefined) ?? 'unknown';
}
