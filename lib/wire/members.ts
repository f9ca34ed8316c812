import { CasCorruptFrameError } from '../errors.js';
import { isMemberKey, readMemberKey } from './member-key.js';

/*
 * What frames of many members have in common.
 *
 * @throws CasCorruptFrameError, each of them
 */

/** How many members the frame says that it has: not more than its bytes can hold. */
export function memberCount(frame: Buffer, at: number, headerBytes: number, leastBytes: number): number {
  const count = frame.readUInt32BE(at);
  if (count * leastBytes > frame.length - headerBytes) {
    throw new CasCorruptFrameError(
      `The frame declares ${count} members, more than its ${frame.length} bytes can hold.`,
    );
  }
  return count;
}

/** The offset after `length` bytes from `at`, all of which are there. */
export function take(frame: Buffer, at: number, length: number): number {
  if (length > frame.length - at) throw new CasCorruptFrameError('The frame ends inside a member.');
  return at + length;
}

/** @param at where the last member ends */
export function assertNoMore(frame: Buffer, at: number): void {
  if (at !== frame.length)
    throw new CasCorruptFrameError(`The frame has ${frame.length - at} bytes after its last member.`);
}

/** Where the members of a frame stand among the keys that are asked for. */
export class MemberPlaces {
  private places: Map<string, number> | undefined;

  constructor(
    private readonly frame: Buffer,
    private readonly keys: readonly string[],
  ) {}

  /** @param i which member of the frame it is */
  of(i: number, keyStart: number, keyEnd: number): number | undefined {
    const key = this.keys[i];
    // Most frames are read by the list of keys that they were written for: then no key has to become a string.
    if (key !== undefined && isMemberKey(this.frame, keyStart, keyEnd, key)) return i;
    this.places ??= new Map(this.keys.map((each, at) => [each, at]));
    return this.places.get(readMemberKey(this.frame, keyStart, keyEnd));
  }
}
