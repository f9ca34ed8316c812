import { Buffer, isUtf8 } from 'node:buffer';
import { CasCorruptFrameError, CasEncodeError } from '../errors.js';
import { MAX_TAG_BYTES, MAX_TAGS } from '../contracts/tag-store.js';
import { TAG_LENGTH_BYTES } from './layout.js';

/**
 * How many bytes the tags take in a frame, with their lengths.
 *
 * @throws CasEncodeError for more than 64 of them, and for one that is not 1 to 512 bytes of UTF-8
 */
export function tagsBytes(tags: readonly string[]): number {
  if (tags.length > MAX_TAGS) {
    throw new CasEncodeError(`An entry has ${tags.length} tags: at most ${MAX_TAGS} fit.`);
  }
  let bytes = 0;
  for (const tag of tags) bytes += TAG_LENGTH_BYTES + tagBytes(tag);
  return bytes;
}

function tagBytes(tag: string): number {
  if (typeof tag !== 'string') {
    throw new CasEncodeError(`A tag is a string, and this is of type ${typeof tag}.`);
  }
  const bytes = Buffer.byteLength(tag);
  if (bytes === 0 || bytes > MAX_TAG_BYTES) {
    throw new CasEncodeError(`A tag has ${bytes} bytes of UTF-8: give it 1 to ${MAX_TAG_BYTES}.`);
  }
  // ES2024; every supported Node has it, the types of ES2023 do not.
  if (!(tag as string & { isWellFormed(): boolean }).isWellFormed()) {
    throw new CasEncodeError('A tag has a lone surrogate: use a well-formed string.');
  }
  return bytes;
}

/** Answers the offset after them. */
export function writeTags(frame: Buffer, tags: readonly string[], offset: number): number {
  let at = offset;
  for (const tag of tags) {
    const start = at + TAG_LENGTH_BYTES;
    const end = start + frame.write(tag, start, 'utf8');
    frame.writeUInt16BE(end - start, at);
    at = end;
  }
  return at;
}

/**
 * The offset after `count` tags, of which each length was checked and nothing else was looked at.
 *
 * @throws CasCorruptFrameError
 */
export function skipTags(frame: Buffer, count: number, offset: number): number {
  if (count > MAX_TAGS) throw new CasCorruptFrameError(`The frame declares ${count} tags: at most ${MAX_TAGS} fit.`);
  let at = offset;
  for (let i = 0; i < count; i++) {
    if (frame.length - at < TAG_LENGTH_BYTES) throw new CasCorruptFrameError('The frame ends inside its tags.');
    const length = frame.readUInt16BE(at);
    if (length === 0 || length > MAX_TAG_BYTES) {
      throw new CasCorruptFrameError(`Tag ${i} of the frame has ${length} bytes: a tag has 1 to ${MAX_TAG_BYTES}.`);
    }
    at += TAG_LENGTH_BYTES;
    if (frame.length - at < length) throw new CasCorruptFrameError('The frame ends inside its tags.');
    at += length;
  }
  return at;
}

/**
 * Tags that `skipTags` went past.
 *
 * @throws CasCorruptFrameError for one that is not UTF-8: no invalidation could name it
 */
export function readTags(frame: Buffer, count: number, offset: number): string[] {
  const tags: string[] = [];
  let at = offset;
  for (let i = 0; i < count; i++) {
    const start = at + TAG_LENGTH_BYTES;
    const end = start + frame.readUInt16BE(at);
    const tag = frame.toString('utf8', start, end);
    // Bytes that are no UTF-8 become U+FFFD, which a tag may have of its own.
    if (tag.includes('\ufffd') && !isUtf8(frame.subarray(start, end))) {
      throw new CasCorruptFrameError(`Tag ${i} of the frame is not UTF-8.`);
    }
    tags.push(tag);
    at = end;
  }
  return tags;
}
