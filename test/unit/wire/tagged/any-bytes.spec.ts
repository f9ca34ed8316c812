import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  CasCorruptFrameError,
  CasUnknownFrameError,
  decodeTagged,
  encodeBulk,
  encodeStamped,
  encodeTagged,
} from 'nestjs-cascache/wire';

import { decodeEntry } from '../../../../lib/wire/entry-frame.js';
import { isUnknownFrame } from '../../../../lib/wire/header.js';
import { encodeSingle } from '../../../../lib/wire/single-frame.js';
import { generation, payload, stamp, tagged } from '../../../support/frames.js';

const maybeStamp = fc.option(stamp, { nil: undefined });
const frame = fc
  .tuple(generation, tagged, payload, maybeStamp)
  .map(([gen, tags, bytes, own]) => encodeTagged(gen, tags, bytes, own));
const decodeAny = (bytes: Uint8Array): unknown => decodeEntry(bytes, true);

describe('a tagged frame', () => {
  it('gives back any generation, clock, tags, stamp and payload', () => {
    fc.assert(
      fc.property(generation, tagged, payload, maybeStamp, (gen, tags, bytes, own) => {
        const expected = { gen, tagged: tags, stamp: own, payload: Buffer.from(bytes) };
        const encoded = encodeTagged(gen, tags, bytes, own);
        expect(decodeTagged(encoded)).toEqual(expected);
        expect(decodeEntry(encoded, true)).toEqual(expected);
        expect(() => decodeEntry(encoded)).toThrow(CasUnknownFrameError);
        expect([isUnknownFrame(encoded), isUnknownFrame(encoded, true)]).toEqual([true, false]);
      }),
    );
  });

  it('is refused when it was cut short or something follows it', () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 20 }), (whole, cut, rest) => {
        expect(() => decodeTagged(whole.subarray(0, cut % whole.length))).toThrow(CasCorruptFrameError);
        expect(() => decodeTagged(Buffer.concat([whole, rest]))).toThrow(CasCorruptFrameError);
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
          read = decodeTagged(flipped);
        } catch (error) {
          expect(error).toBeInstanceOf(CasCorruptFrameError);
          return;
        }
        expect(encodeTagged(read.gen, read.tagged, read.payload, read.stamp)).toEqual(flipped);
      }),
      { numRuns: 1000 },
    );
  });

  it('throws nothing but that it is corrupt, whatever follows a good header', () => {
    const header = Buffer.from('434153430104', 'hex');
    const clock = Buffer.from('000000000000000100000000000000020000000000000003', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (rest) => {
        for (const bytes of [rest, Buffer.concat([header, rest]), Buffer.concat([header, clock, rest])]) {
          for (const decode of [decodeTagged, decodeAny]) {
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
      for (const decode of [decodeTagged, decodeAny]) {
        expect(() => decode(value as Uint8Array)).toThrow(CasCorruptFrameError);
      }
    }
  });
});

describe('the entry of a key in a namespace with tags', () => {
  it('may be of any kind that one entry has, and never a bulk frame', () => {
    const bytes = Buffer.from('payload');
    const own = { storedAt: 1, freshMs: 2 };
    expect(decodeEntry(encodeSingle(7, bytes), true)).toEqual({ gen: 7, payload: bytes });
    expect(decodeEntry(encodeStamped(7, own, bytes), true)).toEqual({ gen: 7, payload: bytes, stamp: own });
    const bulk = encodeBulk([{ key: 'a', gen: 7, payload: bytes }]);
    expect(() => decodeEntry(bulk, true)).toThrow(/of kind 2/);
  });
});
