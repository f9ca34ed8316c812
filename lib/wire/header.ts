import { Buffer } from 'node:buffer';
import { isUint8Array } from 'node:util/types';
import { CasCorruptFrameError } from '../errors.js';
import { HEADER_BYTES, MAGIC, VERSION } from './layout.js';

/** The same bytes as a Buffer; nothing is copied. */
export function asBuffer(bytes: unknown): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  if (isUint8Array(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw new CasCorruptFrameError(`A frame is a Uint8Array, and this is of type ${typeof bytes}.`);
}

/** Refuses what does not begin as a frame of `kind`, or is shorter than `least` bytes. */
export function readHeader(frame: Buffer, kind: number, least: number): void {
  if (frame.length < least)
    throw new CasCorruptFrameError(`The frame ends in its header, after ${frame.length} bytes.`);
  if (frame.readUInt32BE(0) !== MAGIC) throw new CasCorruptFrameError('The bytes are not a frame: wrong magic.');
  const version = frame.readUInt8(4);
  if (version !== VERSION) throw new CasCorruptFrameError(`The frame is of version ${version}, not ${VERSION}.`);
  const found = frame.readUInt8(5);
  if (found !== kind) throw new CasCorruptFrameError(`The frame is of kind ${found}, not ${kind}.`);
}

/** Writes the header and answers the offset after it. */
export function writeHeader(frame: Buffer, kind: number): number {
  frame.writeUInt32BE(MAGIC, 0);
  frame.writeUInt8(VERSION, 4);
  frame.writeUInt8(kind, 5);
  return HEADER_BYTES;
}
