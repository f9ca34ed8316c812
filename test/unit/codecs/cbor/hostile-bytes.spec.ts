import { describe, expect, it } from '@jest/globals';
import { encode, Encoder } from 'cbor-x';
import * as fc from 'fast-check';
import { CborCodec } from 'nestjs-cascache/codecs/cbor';

import { CasDecodeError } from '../../../../lib/errors.js';
import { builtIns, expectUntouched, outcome } from '../../../support/codec-contract.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const repeat = (count: number, unit: string): Buffer => hex(unit.repeat(count));
const sized = (head: string, size: number, fill = 1): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(size);
  return Buffer.concat([hex(head), length, Buffer.alloc(size, fill)]);
};

const twice = <T>(value: T): T[] => [value, value];

/** What they are, what the error says of them, and they themselves. */
const REFUSED: readonly (readonly [what: string, reason: string, bytes: Uint8Array])[] = [
  ['no bytes', 'end too early', hex('')],
  ['an array of 2^64-1 items', 'end too early', hex('9b ffffffffffffffff')],
  ['an array of 2^32-1 items', 'end too early', hex('9a ffffffff')],
  ['a map of 2^32-1 entries', 'end too early', hex('ba ffffffff')],
  ['a string of 2^32-1 bytes', 'end too early', hex('7a ffffffff 41')],
  ['a byte string of 2^32-1 bytes', 'end too early', hex('5a ffffffff 41')],
  ['an array of indefinite length', 'indefinite', hex('9f 01 ff')],
  ['a string of indefinite length', 'indefinite', hex('7f 6161 ff')],
  ['a break without a beginning', 'indefinite', hex('ff')],
  [
    'arrays in each other that each claim the rest',
    'end too early',
    Buffer.concat([repeat(400, '99 ffff'), Buffer.alloc(65_535)]),
  ],
  ['a hundred thousand arrays in each other', 'more than 500', Buffer.concat([repeat(100_000, '81'), hex('00')])],
  ['a hundred thousand tags in each other', 'tag 1 ', Buffer.concat([repeat(100_000, 'c1'), hex('00')])],
  ['a property __proto__', 'a property __proto__', Buffer.concat([hex('a1 69'), Buffer.from('__proto__'), hex('a0')])],
  ['a property name that is a number', 'no string', hex('a1 01 02')],
  ['a string that is not UTF-8', 'not UTF-8', hex('62 c328')],
  ['a bigint that takes minutes', 'too large', sized('c2 5a', 1 << 20, 0xff)],
  ['a date that is a string', 'tag 1 ', Buffer.concat([hex('c1 64'), Buffer.from('2020')])],
  ['a set that is a map', 'tag 258', hex('d90102 a0')],
  ['a map that is a string', 'tag 259', hex('d90103 60')],
  ['a typed array with a part of an element', 'tag 69', hex('d845 41 00')],
  ['a typed array that is an array', 'tag 69', hex('d845 82 0102')],
  ['a simple value that means nothing', 'unassigned', hex('e0')],
  ['a simple value of two bytes', 'unassigned', hex('f8 20')],
  ['a reserved head', 'indefinite', hex('1c')],
  ['a generic object (tag 27)', 'tag 27', hex('d81b 82 67 5265674578702e 61 28')],
  ['a shared object and a reference to it (tags 28, 29)', 'tag 28', hex('82 d81c 80 d81d 00')],
  ['a table of packed values (tag 51)', 'tag 51', hex('d833 84 80 80 80 01')],
  ['a reference to a packed value (tag 6)', 'tag 6', hex('c6 00')],
  ['a regular expression of cbor-x', 'tag 27', encode(/x/)],
  ['an error of cbor-x', 'tag 27', encode(new Error('x'))],
  ['a record of cbor-x', 'tag ', new Encoder({ useRecords: true }).encode([{ a: 1 }, { a: 2 }])],
  [
    'bundled strings of cbor-x',
    'tag ',
    new Encoder({ bundleStrings: true }).encode(['a longer string', 'another string']),
  ],
  [
    'a structured clone of cbor-x',
    'tag 28',
    new Encoder({ structuredClone: true, useRecords: false }).encode(twice({ a: 1 })),
  ],
];

describe('CborCodec and hostile bytes', () => {
  it.each(REFUSED)('refuses %s: %s', (_, reason, bytes) => {
    const before = process.memoryUsage();
    expect(() => new CborCodec().decode(bytes)).toThrow(CasDecodeError);
    expect(() => new CborCodec().decode(bytes)).toThrow(reason);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(64 << 20);
  });

  it('refuses or decodes whatever is under any tag, and leaves every prototype as it was', () => {
    const before = builtIns();
    const codec = new CborCodec();
    const parts = [
      'constructor',
      '__proto__',
      'prototype',
      '__lookupGetter__',
      'map',
      'Error',
      'RegExp',
      'eval',
      '(',
      1,
      -1,
      0.5,
      null,
    ];
    const item = fc.letrec<{ item: Buffer }>((tie) => ({
      item: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(...parts).map((part) => Buffer.from(encode(part))),
        fc
          .tuple(fc.oneof(fc.nat(300), fc.constantFrom(57_344, 57_337, 57_343, 55_799, 1_399_353_956)), tie('item'))
          .map(([tag, body]) => {
            const head = Buffer.alloc(5, 0xda);
            head.writeUInt32BE(tag, 1);
            return Buffer.concat([head, body]);
          }),
        fc
          .array(tie('item'), { maxLength: 4 })
          .map((items) => Buffer.concat([Buffer.of(0x80 | items.length), ...items])),
        fc
          .array(fc.tuple(fc.constantFrom('map', '__proto__', 'a', 'length'), tie('item')), { maxLength: 3 })
          .map((entries) =>
            Buffer.concat([
              Buffer.of(0xa0 | entries.length),
              ...entries.flatMap(([key, value]) => [Buffer.from(encode(key)), value]),
            ]),
          ),
      ),
    })).item;
    fc.assert(
      fc.property(item, (bytes) => {
        outcome(codec, bytes);
      }),
      { numRuns: 1000 },
    );
    expectUntouched(before);
  });
});

describe('CborCodec and other CBOR', () => {
  it.each([
    ['0a', 10],
    ['39 03e7', -1000],
    ['1b 000000e8d4a51000', 1_000_000_000_000n],
    ['f9 3e00', 1.5],
    ['fa 47c35000', 100_000],
    ['83 01 82 0203 82 0405', [1, [2, 3], [4, 5]]],
    ['a2 61 61 01 61 62 82 0203', { a: 1, b: [2, 3] }],
    ['c1 1a 514b67b0', new Date('2013-03-21T20:04:00Z')],
    ['c2 49 010000000000000000', 18_446_744_073_709_551_616n],
    ['f7', undefined],
  ])('reads the example %s of RFC 8949', (bytes, value) => {
    expect(new CborCodec().decode(hex(bytes))).toEqual(value);
  });

  it('writes standard CBOR: the bytes of a record are those of RFC 8949', () => {
    const bytes = new CborCodec().encode({ a: 1, b: [2, 3] });
    expect(Buffer.from(bytes).toString('hex')).toBe('a26161016162820203');
  });
});
