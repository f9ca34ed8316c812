import { Buffer } from 'node:buffer';
import type { Stamp } from '../contracts/stamp.js';
import type { TagStamp } from '../contracts/tag-store.js';
import { CasCorruptFrameError } from '../errors.js';
import { assertWireGeneration, readGeneration, writeGeneration } from './generation.js';
import { asBuffer, readHeader, writeHeader } from './header.js';
import {
  GENERATION_BYTES,
  HEADER_BYTES,
  KIND_TAGGED,
  LENGTH_BYTES,
  TAGGED_FIXED_BYTES,
  TAGGED_LEAST_BYTES,
} from './layout.js';
import { assertFrameBytes, payloadBytes } from './payload.js';
import { writeSafeInteger } from './safe-integer.js';
import { assertStamp, readStamp, STAMP_BYTES, writeStamp } from './stamp-bytes.js';
import { assertClock, readClock } from './tag-clock.js';
import { readTags, skipTags, tagsBytes, writeTags } from './tags.js';

/** What a tagged frame holds. `payload` is a view of the frame. */
export interface TaggedEntry {
  readonly gen: number;
  readonly tagged: TagStamp;
  /** Only of an entry that has a soft ttl. */
  readonly stamp: Stamp | undefined;
  readonly payload: Buffer;
}

const ERA_OFFSET = HEADER_BYTES + GENERATION_BYTES;
const SEQ_OFFSET = ERA_OFFSET + 8;
const FLAGS_OFFSET = SEQ_OFFSET + 8;
/** Of the flags: a stamp follows. */
const STAMPED = 1;
/** Of the flags: its writer had not the option, and so may not have named all of its tags. */
const MAY_LACK_TAGS = 2;
const EVERY_FLAG = STAMPED | MAY_LACK_TAGS;

/**
 * Frames the payload of one key in a namespace with tags. The frame is a copy: `payload` can be reused.
 *
 * @param gen 0 to 2^53-1
 * @param tagged at most 64 tags, of 1 to 512 bytes of UTF-8 each
 * @param stamp of a value that has a soft ttl
 * @throws CasGenerationError for another generation
 * @throws CasEncodeError for a clock that is not in integers from 1 to 2^53-1, for tags that do not fit, for a stamp
 *   that is not in whole milliseconds, and for a payload that is not a Uint8Array, or has more than 2^32-1 bytes
 */
export function encodeTagged(gen: number, tagged: TagStamp, payload: Uint8Array, stamp?: Stamp): Buffer {
  assertWireGeneration(gen);
  const { era, seq, tags, mayLackTags } = tagged;
  assertClock('era', era);
  assertClock('seq', seq);
  if (stamp !== undefined) assertStamp(stamp);
  const length = payloadBytes(payload);
  const bytes = TAGGED_LEAST_BYTES + (stamp === undefined ? 0 : STAMP_BYTES) + tagsBytes(tags) + length;
  assertFrameBytes(bytes);

  const frame = Buffer.allocUnsafe(bytes);
  let at = writeGeneration(frame, gen, writeHeader(frame, KIND_TAGGED));
  at = writeSafeInteger(frame, era, at);
  at = writeSafeInteger(frame, seq, at);
  at = frame.writeUInt8((stamp === undefined ? 0 : STAMPED) | (mayLackTags === true ? MAY_LACK_TAGS : 0), at);
  if (stamp !== undefined) at = writeStamp(frame, stamp, at);
  at = writeTags(frame, tags, frame.writeUInt8(tags.length, at));
  frame.set(payload, frame.writeUInt32BE(length, at));
  return frame;
}

/**
 * What a tagged frame says. The payload is a view of `frame`, not a copy.
 *
 * @throws CasCorruptFrameError for anything but one whole frame of this kind: generation and times up to 2^53-1, a
 *   clock of at least 1, a soft ttl of at least 1 ms, at most 64 tags of 1 to 512 bytes of UTF-8 each
 */
export function decodeTagged(frame: Uint8Array): TaggedEntry {
  const bytes = asBuffer(frame);
  readHeader(bytes, KIND_TAGGED, TAGGED_LEAST_BYTES);
  const flags = bytes[FLAGS_OFFSET] as number;
  if (flags > EVERY_FLAG) throw new CasCorruptFrameError(`The frame has the flags ${flags}, which have no meaning.`);
  const isStamped = (flags & STAMPED) !== 0;
  const countAt = TAGGED_FIXED_BYTES + (isStamped ? STAMP_BYTES : 0);
  if (countAt >= bytes.length) throw new CasCorruptFrameError('The frame ends inside its stamp.');
  const count = bytes[countAt] as number;
  const lengthAt = skipTags(bytes, count, countAt + 1);
  const found = bytes.length - lengthAt - LENGTH_BYTES;
  if (found < 0) throw new CasCorruptFrameError('The frame ends before its payload.');
  const declared = bytes.readUInt32BE(lengthAt);
  if (declared !== found) {
    throw new CasCorruptFrameError(`The frame declares a payload of ${declared} bytes and has ${found}.`);
  }

  const gen = readGeneration(bytes, HEADER_BYTES);
  const era = readClock(bytes, ERA_OFFSET, 'era');
  const seq = readClock(bytes, SEQ_OFFSET, 'seq');
  const stamp = isStamped ? readStamp(bytes, TAGGED_FIXED_BYTES) : undefined;
  const tags = readTags(bytes, count, countAt + 1);
  const tagged = (flags & MAY_LACK_TAGS) === 0 ? { era, seq, tags } : { era, seq, tags, mayLackTags: true };
  return { gen, tagged, stamp, payload: bytes.subarray(lengthAt + LENGTH_BYTES) };
}
