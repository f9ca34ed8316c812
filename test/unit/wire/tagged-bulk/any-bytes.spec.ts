import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CasCorruptFrameError, decodeTaggedBulk, encodeTaggedBulk } from 'nestjs-cascache/wire';

import { pickTaggedMembers } from '../../../../lib/wire/tagged-bulk-frame.js';
import { generation, key, payload, tagged } from '../../../support/frames.js';

const members = fc.uniqueArray(fc.record({ key, gen: generation, tags: tagged.map(({ tags }) => tags), payload }), {
  selector: (member) => member.key,
  maxLength: 6,
});

describe('any tagged bulk frame', () => {
  it('gives back any clock, keys, generations, tags and payloads', () => {
    fc.assert(
      fc.property(tagged, members, ({ era, seq }, given) => {
        const frame = encodeTaggedBulk({ era, seq }, given);
        const expected = given.map((member) => ({ ...member, payload: Buffer.from(member.payload) }));
        expect(decodeTaggedBulk(frame)).toEqual({ clock: { era, seq }, members: expected });
        const picked = pickTaggedMembers(frame, given.map((member) => member.key).toReversed());
        expect(picked.members).toEqual(expected.toReversed());
      }),
    );
  });

  it('that is cut anywhere, or has a byte too many, is corrupt', () => {
    fc.assert(
      fc.property(tagged, members, fc.nat(), ({ era, seq }, given, cut) => {
        const frame = encodeTaggedBulk({ era, seq }, given);
        const short = frame.subarray(0, cut % frame.length);
        expect(() => decodeTaggedBulk(short)).toThrow(CasCorruptFrameError);
        expect(() => decodeTaggedBulk(Buffer.concat([frame, Buffer.of(0)]))).toThrow(CasCorruptFrameError);
      }),
    );
  });

  it('of any bytes behind its header is decoded to what is encoded to them, or is corrupt', () => {
    const head = Buffer.from('434153430105', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (rest) => {
        const frame = Buffer.concat([head, rest]);
        let read: ReturnType<typeof decodeTaggedBulk> | undefined;
        try {
          read = decodeTaggedBulk(frame);
        } catch (error) {
          expect(error).toBeInstanceOf(CasCorruptFrameError);
        }
        if (read !== undefined) expect(encodeTaggedBulk(read.clock, read.members)).toEqual(frame);
      }),
    );
  });
});
