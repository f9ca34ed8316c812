import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CasCorruptFrameError, decodeBulk, decodeSingle, encodeBulk, encodeSingle } from 'nestjs-cascache/wire';
import { pickMembers } from '../../../lib/wire/bulk-frame.js';
import { bulkMembers, generation, payload } from '../../support/frames.js';

const decoders = {
  decodeSingle,
  decodeBulk,
  pickMembers: (frame: Uint8Array) => pickMembers(frame, ['a']),
};

/** Every decoder refuses it, or answers; none throws anything else. */
function answersOrIsCorrupt(bytes: Uint8Array): void {
  for (const decode of Object.values(decoders)) {
    try {
      decode(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(CasCorruptFrameError);
    }
  }
}

function expectCorrupt(bytes: Uint8Array): void {
  for (const decode of Object.values(decoders)) expect(() => decode(bytes)).toThrow(CasCorruptFrameError);
}

const frame = fc.oneof(
  fc.tuple(generation, payload).map(([gen, bytes]) => encodeSingle(gen, bytes)),
  bulkMembers.map((members) => encodeBulk(members)),
);

describe('a damaged frame', () => {
  it('every truncation refused', () => {
    fc.assert(
      fc.property(frame, fc.nat(), (whole, cut) => {
        expectCorrupt(whole.subarray(0, cut % whole.length));
      }),
    );
  });

  it('trailing bytes refused', () => {
    fc.assert(
      fc.property(frame, fc.uint8Array({ minLength: 1, maxLength: 20 }), (whole, rest) => {
        expectCorrupt(Buffer.concat([whole, rest]));
      }),
    );
  });

  it('any random bytes are refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectCorrupt));
  });

  it('random bytes behind a good header are refused or read, and nothing else is thrown', () => {
    const header = Buffer.from('434153430100', 'hex');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.uint8Array({ maxLength: 64 }), (kind, rest) => {
        const bytes = Buffer.concat([header, rest]);
        bytes[5] = kind;
        answersOrIsCorrupt(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused when it is not bytes at all', () => {
    for (const value of ['CASC', null, undefined, 7, {}, [1], new ArrayBuffer(18), new Uint16Array(18)]) {
      expectCorrupt(value as Uint8Array);
    }
  });
});
