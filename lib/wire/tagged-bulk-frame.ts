import { Buffer } from 'node:buffer';
import type { TagClock } from '../contracts/tag-store.js';
import { CasCorruptFrameError } from '../errors.js';
import { assertWireGeneration, readGeneration, writeGeneration } from './generation.js';
import { asBuffer, readHeader, writeHeader } from './header.js';
import { assertNoMore, memberCount, MemberPlaces, take } from './members.js';
import {
  GENERATION_BYTES,
  HEADER_BYTES,
  KEY_LENGTH_BYTES,
  KIND_TAGGED_BULK,
  LENGTH_BYTES,
  TAGGED_BULK_HEADER_BYTES,
  TAGGED_MEMBER_FIXED_BYTES,
  TAGGED_MEMBER_LEAST_BYTES,
} from './layout.js';
import { memberKeyBytes, readMemberKey, writeMemberKey } from './member-key.js';
import { assertFrameBytes, payloadBytes } from './payload.js';
import { assertClock, readClock } from './tag-clock.js';
import { writeSafeInteger } from './safe-integer.js';
import { readTags, skipTags, tagsBytes, writeTags } from './tags.js';

/** A member of a tagged bulk frame that was read. `payload` is a view of the frame. */
export interface TaggedBulkMember {
  readonly key: string;
  readonly gen: number;
  readonly tags: readonly string[];
  readonly payload: Buffer;
}

/** A member to be written. A key given as bytes is written as it is. */
export interface TaggedBulkMemberInput {
  readonly key: string | Uint8Array;
  readonly gen: number;
  readonly tags: readonly string[];
  readonly payload: Uint8Array;
}

/** What a tagged bulk frame holds. */
export interface TaggedBulk {
  /** What the clock of the namespace's tags read before any of the members was loaded. */
  readonly clock: TagClock;
  readonly members: readonly TaggedBulkMember[];
}

const ERA_OFFSET = HEADER_BYTES;
const SEQ_OFFSET = ERA_OFFSET + 8;
const COUNT_OFFSET = SEQ_OFFSET + 8;

/**
 * Frames the payloads of several keys of a namespace with tags, in the order given. The frame is a copy.
 *
 * @param clock no later than what it read before any of the members was loaded
 * @throws CasKeyError for a key that is empty, over 65,535 bytes, or not well-formed
 * @throws CasGenerationError for a generation that is not an integer from 0 to 2^53-1
 * @throws CasEncodeError for a clock that is not in integers from 1 to 2^53-1, for tags that do not fit, for a payload
 *   that is not a Uint8Array, or a frame too large to allocate
 */
export function encodeTaggedBulk({ era, seq }: TagClock, members: readonly TaggedBulkMemberInput[]): Buffer {
  assertClock('era', era);
  assertClock('seq', seq);
  let bytes = TAGGED_BULK_HEADER_BYTES;
  for (const { key, gen, tags, payload } of members) {
    assertWireGeneration(gen);
    bytes += TAGGED_MEMBER_FIXED_BYTES + memberKeyBytes(key) + tagsBytes(tags) + payloadBytes(payload);
  }
  assertFrameBytes(bytes);

  const frame = Buffer.allocUnsafe(bytes);
  let at = writeSafeInteger(frame, era, writeHeader(frame, KIND_TAGGED_BULK));
  at = frame.writeUInt32BE(members.length, writeSafeInteger(frame, seq, at));
  for (const { key, gen, tags, payload } of members) {
    const keyStart = at + KEY_LENGTH_BYTES;
    const keyEnd = writeMemberKey(frame, key, keyStart);
    frame.writeUInt16BE(keyEnd - keyStart, at);
    at = frame.writeUInt8(tags.length, writeGeneration(frame, gen, keyEnd));
    at = frame.writeUInt32BE(payload.length, writeTags(frame, tags, at));
    frame.set(payload, at);
    at += payload.length;
  }
  return frame;
}

/**
 * The clock and the members of a tagged bulk frame, in their order. Payloads are views of `frame`, not copies.
 *
 * @throws CasCorruptFrameError for anything but one whole frame of this kind: generations up to 2^53-1, a clock of at
 *   least 1, at most 64 tags of 1 to 512 bytes of UTF-8 a member
 */
export function decodeTaggedBulk(frame: Uint8Array): TaggedBulk {
  const bytes = asBuffer(frame);
  const members: TaggedBulkMember[] = [];
  const clock = walk(bytes, (_, keyStart, keyEnd, gen, tags, payload) => {
    members.push({ key: readMemberKey(bytes, keyStart, keyEnd), gen, tags, payload });
  });
  return { clock, members };
}

/**
 * The members of `keys`, in the order of `keys`: `undefined` for one that the frame does not have, and of one that it
 * has twice the last.
 *
 * @param keys without duplicates
 */
export function pickTaggedMembers(
  frame: Uint8Array,
  keys: readonly string[],
): { readonly clock: TagClock; readonly members: readonly (TaggedBulkMember | undefined)[] } {
  const bytes = asBuffer(frame);
  const members = keys.map((): TaggedBulkMember | undefined => undefined);
  const places = new MemberPlaces(bytes, keys);
  const clock = walk(bytes, (i, keyStart, keyEnd, gen, tags, payload) => {
    const place = places.of(i, keyStart, keyEnd);
    if (place !== undefined) members[place] = { key: keys[place] as string, gen, tags, payload };
  });
  return { clock, members };
}

/** Is told the number of the member, where in the frame its key is, and what it holds. */
type Visit = (
  i: number,
  keyStart: number,
  keyEnd: number,
  gen: number,
  tags: readonly string[],
  payload: Buffer,
) => void;

/** Visits every member. What it visited counts for nothing when it throws. */
function walk(frame: Buffer, visit: Visit): TagClock {
  readHeader(frame, KIND_TAGGED_BULK, TAGGED_BULK_HEADER_BYTES);
  const clock = { era: readClock(frame, ERA_OFFSET, 'era'), seq: readClock(frame, SEQ_OFFSET, 'seq') };
  const count = memberCount(frame, COUNT_OFFSET, TAGGED_BULK_HEADER_BYTES, TAGGED_MEMBER_LEAST_BYTES);
  let at = TAGGED_BULK_HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    const keyStart = take(frame, at, KEY_LENGTH_BYTES);
    const keyBytes = frame.readUInt16BE(at);
    if (keyBytes === 0) throw new CasCorruptFrameError(`Member ${i} of the frame has an empty key.`);
    const keyEnd = take(frame, keyStart, keyBytes);
    const tagsStart = take(frame, keyEnd, GENERATION_BYTES + 1);
    const tagCount = frame[tagsStart - 1] as number;
    const tagsEnd = skipTags(frame, tagCount, tagsStart);
    const start = take(frame, tagsEnd, LENGTH_BYTES);
    const end = take(frame, start, frame.readUInt32BE(tagsEnd));
    const tags = readTags(frame, tagCount, tagsStart);
    visit(i, keyStart, keyEnd, readGeneration(frame, keyEnd), tags, frame.subarray(start, end));
    at = end;
  }
  assertNoMore(frame, at);
  return clock;
}
