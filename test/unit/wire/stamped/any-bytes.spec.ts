import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CasCorruptFrameError, decodeStamped, encodeBulk, encodeStamped } from 'nestjs-cascache/wire';

import { decodeEntry } from '../../../../lib/wire/entry-frame.js';
import { encodeSingle } from '../../../../lib/wire/single-frame.js';
import { generation, payload, stamp } from '../../../support/frames.js';

const frame = fc.tuple(generation, stamp, payload).map(([gen, own, bytes]) => encodeStamped(gen, own, bytes));

describe('a stamped frame', () => {
  it('gives back any generation, stamp and payload', () => {
    fc.assert(
      fc.property(generation, stamp, payload, (gen, own, bytes) => {
        const expected = { gen, stamp: own, payload: Buffer.from(bytes) };
        const encoded = encodeStamped(gen, own, bytes);
        expect(decodeStamped(encoded)).toEqual(expected);
        expect(decodeEntry(encoded)).toEqual(expected);
      }),
    );
  });

  it('is refused when it was cut short or something follows it', () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 20 }), (whole, cut, rest) => {
        expect(() => decodeStamped(whole.subarray(0, cut % whole.length))).toThrow(CasCorruptFrameError);
        expect(() => decodeStamped(Buffer.concat([whole, rest]))).toThrow(CasCorruptFrameError);
      }),
    );
  });

  it('is corrupt with any flipped bit, or encodes to the very bytes that were read', () => {
    fc.assert(
      fc.property(frame, fc.nat(), (whole, at) => {
        const bit = at % (whole.length * 8);
        const flipped = Buffer.from(whole);
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        let read;
        try {
          read = decodeStamped(flipped);
        } catch (error) {
          expect(error).toBeInstanceOf(CasCorruptFrameError);
          return;
        }
        expect(encodeStamped(read.gen, read.stamp, read.payload)).toEqual(flipped);
      }),
      { numRuns: 1000 },
    );
  });

  it('throws nothing but that it is corrupt, whatever follows a good header', () => {
    const header = Buffer.from('434153430103', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (rest) => {
        for (const bytes of [rest, Buffer.concat([header, rest])]) {
          for (const decode of [decodeStamped, decodeEntry]) {
            try {
              decode(bytes);
            } catch (error) {
              expect(error).toBeInstanceOf(CasCorruptFrameError);
            }
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused when it is not bytes at all', () => {
    for (const value of ['CASC', null, undefined, 7, {}, [1], new ArrayBuffer(40), new Uint16Array(40)]) {
      for (const decode of [decodeStamped, decodeEntry]) {
        expect(() => decode(value as Uint8Array)).toThrow(CasCorruptFrameError);
      }
    }
  });
});

describe('the entry of a key', () => {
  it('is a plain frame without a stamp, or a stamped one, and never a bulk frame', () => {
    const bytes = Buffer.from('payload');
    expect(decodeEntry(encodeSingle(7, bytes))).toEqual({ gen: 7, payload: bytes });
    expect(() => decodeEntry(encodeBulk([{ key: 'a', gen: 7, payload: bytes }]))).toThrow(/of kind 2/);
  });
});
