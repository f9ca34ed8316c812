import { deepStrictEqual } from 'node:assert/strict';

import { describe, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CborCodec } from 'nestjs-cascache/codecs/cbor';

describe('CborCodec', () => {
  it('round trips any value that CBOR has', () => {
    const codec = new CborCodec();
    const number = fc.oneof(fc.integer(), fc.double()).map((n) => n + 0);
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    const values = fc.anything({
      key: text.filter((name) => name !== '__proto__'),
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: false,
      withNullPrototype: false,
      values: [
        number,
        text,
        fc.bigInt(),
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
        fc.constantFrom(undefined, null, true, false),
      ],
    });
    fc.assert(
      fc.property(values, (value) => {
        deepStrictEqual(codec.decode(codec.encode(value)), value);
      }),
      { numRuns: 1000 },
    );
  });
});
