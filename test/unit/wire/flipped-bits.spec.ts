import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CasCorruptFrameError, decodeBulk, decodeSingle, encodeBulk, encodeSingle } from 'nestjs-cascache/wire';
import { isWellFormed } from '../../../lib/keys/assert-key.js';
import { bulkMembers, generation, payload } from '../../support/frames.js';

const single = fc.tuple(generation, payload).map(([gen, bytes]) => encodeSingle(gen, bytes));

function flip(frame: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(frame);
  flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return flipped;
}

/** The bits of the bytes from `start` up to `end`. */
function bits(start: number, end: number): number[] {
  return Array.from({ length: (end - start) * 8 }, (_, i) => start * 8 + i);
}

describe('wrong magic, version, kind refused', () => {
  it('in a single frame, whichever bit is flipped', () => {
    fc.assert(
      fc.property(single, fc.constantFrom(...bits(0, 6)), (frame, bit) => {
        expect(() => decodeSingle(flip(frame, bit))).toThrow(CasCorruptFrameError);
      }),
    );
  });

  it('in a bulk frame, whichever bit is flipped', () => {
    fc.assert(
      fc.property(bulkMembers, fc.constantFrom(...bits(0, 6)), (members, bit) => {
        expect(() => decodeBulk(flip(encodeBulk(members), bit))).toThrow(CasCorruptFrameError);
      }),
    );
  });
});

describe('a flipped bit in a length or a count', () => {
  it('makes a single frame corrupt: its length must be that of the rest', () => {
    fc.assert(
      fc.property(single, fc.constantFrom(...bits(14, 18)), (frame, bit) => {
        expect(() => decodeSingle(flip(frame, bit))).toThrow(CasCorruptFrameError);
      }),
    );
  });

  it('makes a bulk frame corrupt when it is in the count: members are missing, or bytes are left', () => {
    fc.assert(
      fc.property(bulkMembers, fc.constantFrom(...bits(6, 10)), (members, bit) => {
        expect(() => decodeBulk(flip(encodeBulk(members), bit))).toThrow(CasCorruptFrameError);
      }),
    );
  });

  it('makes a bulk frame corrupt when it is in the last payload length: the frame must end there', () => {
    fc.assert(
      fc.property(
        bulkMembers.filter((members) => members.length > 0),
        fc.nat({ max: 31 }),
        (members, bit) => {
          const frame = encodeBulk(members);
          const lengthAt = frame.length - (members.at(-1)?.payload.length ?? 0) - 4;
          expect(() => decodeBulk(flip(frame, lengthAt * 8 + bit))).toThrow(CasCorruptFrameError);
        },
      ),
    );
  });
});

describe('any flipped bit', () => {
  // A frame has no checksum. In a generation, a key or a payload a flip makes another frame, and a flipped key length
  // or inner payload length can make one too. What holds for every frame: it is read as what it says, to the last bit.
  it('leaves a frame that is corrupt, or that encodes to the very bytes that were read', () => {
    fc.assert(
      fc.property(bulkMembers, fc.nat(), (members, bit) => {
        const frame = encodeBulk(members);
        const flipped = flip(frame, bit % (frame.length * 8));
        let read;
        try {
          read = decodeBulk(flipped);
        } catch (error) {
          expect(error).toBeInstanceOf(CasCorruptFrameError);
          return;
        }
        // Only a key with a broken UTF-8 sequence cannot be written again as text.
        if (read.every(({ key }) => isWellFormed(key))) expect(encodeBulk(read)).toEqual(flipped);
      }),
      { numRuns: 1000 },
    );
  });

  it('can turn a frame into another good one, when it is in a key length', () => {
    // The key, two bytes longer, takes in the zeroes at the head of the generation; the generation, two bytes later,
    // the head of the length; and the length is made of its own low half and of the first two bytes of the payload.
    const large = Buffer.alloc(65_536);
    large.writeUInt16BE(65_534, 0);
    const flipped = flip(encodeBulk([{ key: 'a', gen: 5, payload: large }]), 11 * 8 + 1);
    expect(decodeBulk(flipped)).toEqual([{ key: 'a\0\0', gen: 5 * 65_536 + 1, payload: large.subarray(2) }]);
  });
});
