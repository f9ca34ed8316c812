import { Buffer } from 'node:buffer';
import { CasCorruptFrameError } from '../errors.js';
import { assertWireGeneration, readGeneration, writeGeneration } from './generation.js';
import { asBuffer, readHeader, writeHeader } from './header.js';
import { assertNoMore, memberCount, MemberPlaces, take } from './members.js';
import {
  BULK_HEADER_BYTES,
  GENERATION_BYTES,
  HEADER_BYTES,
  KEY_LENGTH_BYTES,
  KIND_BULK,
  LENGTH_BYTES,
  MEMBER_FIXED_BYTES,
  MEMBER_LEAST_BYTES,
} from './layout.js';
import { memberKeyBytes, readMemberKey, writeMemberKey } from './member-key.js';
import { assertFrameBytes, payloadBytes } from './payload.js';

/** A member of a bulk frame that was read. `payload` is a view of the frame. */
export interface BulkMember {
  readonly key: string;
  readonly gen: number;
  readonly payload: Buffer;
}

/** A member to be written. A key given as bytes is written as it is. */
export interface BulkMemberInput {
  readonly key: string | Uint8Array;
  readonly gen: number;
  readonly payload: Uint8Array;
}

/**
 * Frames the payloads of several keys, in the order given, a key twice where it is given twice. The frame is a copy.
 *
 * @throws CasKeyError for a key that is empty, over 65,535 bytes, or not well-formed
 * @throws CasGenerationError for a generation that is not an integer from 0 to 2^53-1
 * @throws CasEncodeError for a payload that is not a Uint8Array, or a frame too large to allocate
 */
export function encodeBulk(members: readonly BulkMemberInput[]): Buffer {
  let bytes = BULK_HEADER_BYTES;
  for (const { key, gen, payload } of members) {
    assertWireGeneration(gen);
    bytes += MEMBER_FIXED_BYTES + memberKeyBytes(key) + payloadBytes(payload);
  }
  assertFrameBytes(bytes);

  const frame = Buffer.allocUnsafe(bytes);
  let at = frame.writeUInt32BE(members.length, writeHeader(frame, KIND_BULK));
  for (const { key, gen, payload } of members) {
    const keyStart = at + KEY_LENGTH_BYTES;
    const keyEnd = writeMemberKey(frame, key, keyStart);
    frame.writeUInt16BE(keyEnd - keyStart, at);
    at = frame.writeUInt32BE(payload.length, writeGeneration(frame, gen, keyEnd));
    frame.set(payload, at);
    at += payload.length;
  }
  return frame;
}

/**
 * The members of a bulk frame in their order, a key twice where the frame has it twice. Payloads are views of `frame`,
 * not copies. A key whose bytes are not UTF-8 is given as a string that is not well-formed, so that it equals no key
 * that a caller can use.
 *
 * @throws CasCorruptFrameError for anything but one whole frame of this kind, with generations up to 2^53-1
 */
export function decodeBulk(frame: Uint8Array): BulkMember[] {
  const bytes = asBuffer(frame);
  const members: BulkMember[] = [];
  walk(bytes, (_, keyStart, keyEnd, gen, start, end) => {
    members.push({ key: readMemberKey(bytes, keyStart, keyEnd), gen, payload: bytes.subarray(start, end) });
  });
  return members;
}

/**
 * The members of `keys`, in the order of `keys`: `undefined` for one that the frame does not have, and of one that it
 * has twice the last. Checks the whole frame like {@link decodeBulk}, but makes no views of other members.
 *
 * @param keys without duplicates
 */
export function pickMembers(frame: Uint8Array, keys: readonly string[]): (BulkMember | undefined)[] {
  const bytes = asBuffer(frame);
  const members = keys.map((): BulkMember | undefined => undefined);
  const places = new MemberPlaces(bytes, keys);
  walk(bytes, (i, keyStart, keyEnd, gen, start, end) => {
    const place = places.of(i, keyStart, keyEnd);
    if (place === undefined) return;
    members[place] = { key: keys[place] as string, gen, payload: bytes.subarray(start, end) };
  });
  return members;
}

/** Is told the number of the member, and where in the frame its key and its payload are. */
type Visit = (
  i: number,
  keyStart: number,
  keyEnd: number,
  gen: number,
  payloadStart: number,
  payloadEnd: number,
) => void;

/**
 * Visits every member. What it visited counts for nothing when it throws: the frame is good as a whole, or not at all.
 */
function walk(frame: Buffer, visit: Visit): void {
  readHeader(frame, KIND_BULK, BULK_HEADER_BYTES);
  const count = memberCount(frame, HEADER_BYTES, BULK_HEADER_BYTES, MEMBER_LEAST_BYTES);

  let at = BULK_HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    const keyStart = take(frame, at, KEY_LENGTH_BYTES);
    const keyBytes = frame.readUInt16BE(at);
    if (keyBytes === 0) throw new CasCorruptFrameError(`Member ${i} of the frame has an empty key.`);
    const keyEnd = take(frame, keyStart, keyBytes);
    const payloadStart = take(frame, keyEnd, GENERATION_BYTES + LENGTH_BYTES);
    const payloadEnd = take(frame, payloadStart, frame.readUInt32BE(keyEnd + GENERATION_BYTES));
    visit(i, keyStart, keyEnd, readGeneration(frame, keyEnd), payloadStart, payloadEnd);
    at = payloadEnd;
  }
  assertNoMore(frame, at);
}
