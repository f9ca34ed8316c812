import { describe, expect, it } from '@jest/globals';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { CasDecodeError } from '../../../../lib/errors.js';
import { builtIns, expectUntouched, outcome } from '../../../support/codec-contract.js';

const bytes = (...parts: (number | string | Uint8Array)[]): Buffer =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'number'
        ? Buffer.of(part)
        : typeof part === 'string'
          ? Buffer.concat([Buffer.of(0xa0 | part.length), Buffer.from(part)])
          : part,
    ),
  );

const u32 = (n: number): Buffer => Buffer.of(n >>> 24, n >>> 16, n >>> 8, n);
const repeat = (count: number, ...unit: number[]): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => Buffer.from(unit)));

function nestedSets(count: number): Buffer {
  const heads: Buffer[] = [];
  for (let i = 0; i < count; i++) heads.unshift(bytes(0xc9, u32(i * 6), 5));
  return Buffer.concat(heads);
}

/** Heap that is taken by `run`, roughly: what a preallocation of gigabytes would exceed by far. */
function heapTaken(run: () => void): number {
  const before = process.memoryUsage();
  run();
  const after = process.memoryUsage();
  return after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
}

const MOST = 0xffff_ffff;
/** What they are, what the error says of them, and they themselves. */
const REFUSED: readonly (readonly [what: string, reason: string, bytes: Uint8Array])[] = [
  ['no bytes at all', 'end too early', bytes()],
  ['an array of 2^32-1 elements', 'end too early', bytes(0xdd, u32(MOST))],
  ['a map of 2^32-1 entries', 'end too early', bytes(0xdf, u32(MOST))],
  ['a string of 2^32-1 bytes', 'end too early', bytes(0xdb, u32(MOST), 0x41)],
  ['a byte string of 2^32-1 bytes', 'end too early', bytes(0xc6, u32(MOST), 0x41)],
  ['an extension of 2^32-1 bytes', 'end too early', bytes(0xc9, u32(MOST), 4, 1, 2)],
  ['a typed array of 2^32-1 bytes', 'end too early', bytes(0xc9, u32(MOST), 8, 3, 0)],
  ['a bigint of 2^32-1 bytes', 'end too early', bytes(0xc9, u32(MOST), 3, 0, 1)],
  [
    'arrays in each other that each claim all the rest',
    'end too early',
    bytes(repeat(900, 0xdd, 0, 0, 0xff, 0xff), repeat(70_000, 0xc0)),
  ],
  ['a hundred thousand arrays in each other', 'more than 1000', bytes(repeat(100_000, 0x91), 0xc0)],
  ['a hundred thousand maps in each other', 'more than 1000', bytes(repeat(100_000, 0x81, 0xa1, 0x61), 0xc0)],
  ['two thousand sets in each other', 'more than 1000', nestedSets(2000)],
  ['a map of more entries than its extension holds', 'end too early', bytes(0xc7, 1, 4, 0xc0, 0xc0)],
  ['an extension that is longer than its contents', 'longer than its contents', bytes(0xc7, 9, 2, Buffer.alloc(9))],
  ['an extension whose contents reach beyond it', 'end too early', bytes(0x92, 0xc7, 2, 5, 0x92, 1, 2, 3)],
  ['an extension of unknown type', 'unknown type 127', bytes(0xc7, 1, 0x7f, 0)],
  ['a reference to nothing', 'a reference', bytes(0xd6, 1, u32(0))],
  ['a reference to a later object', 'a reference', bytes(0x92, 0xd6, 1, u32(1), 0x90)],
  ['a property name that is a number', 'no string', bytes(0x81, 1, 2)],
  ['a property name that is an array', 'no string', bytes(0x81, 0x91, 0xc0, 0xc0)],
  ['a string that is not UTF-8', 'not UTF-8', bytes(0xa2, 0xc3, 0x28)],
  ['a long string that is not UTF-8', 'not UTF-8', bytes(0xd9, 40, repeat(39, 0x61), 0xff)],
  ['a property name that is not UTF-8', 'not UTF-8', bytes(0x81, 0xa1, 0xff, 1)],
  ['the token that MessagePack never uses', 'unknown token', bytes(0xc1)],
  ['a typed array of a kind that is none', 'does not have', bytes(0xc7, 2, 8, 200, 0)],
  ['a typed array with a part of an element', 'a part of an element', bytes(0xc7, 4, 8, 9, 0, 0, 0)],
  ['an error of a kind that is none', 'unknown kind', bytes(0xc7, 2, 6, 200, 0x80)],
  ['an error whose properties are no map', 'where properties must stand', bytes(0xc7, 2, 6, 0, 0x90)],
  [
    'an error whose name is an object with a toString',
    'see the cause',
    bytes(0xc7, 18, 6, 0, 0x81, 'name', 0x81, 'toString', 0),
  ],
  ['a regular expression that is none', 'does not take', bytes(0xc7, 3, 7, '(', 0xa0)],
  ['a regular expression whose source is a number', 'must be a string', bytes(0xc7, 2, 7, 1, 0xa0)],
  ['a bigint without a magnitude', 'malformed bigint', bytes(0xc7, 1, 3, 0)],
  ['a bigint with a sign that is none', 'malformed bigint', bytes(0xc7, 2, 3, 2, 1)],
  ['an undefined of another shape', 'malformed undefined', bytes(0xd4, 0, 1)],
  ['a date of 4 bytes', 'end too early', bytes(0xd6, 2, u32(0))],
  ['a small integer as JSON writes it', 'like text', Buffer.from('7')],
  ['a JSON document', 'like text', Buffer.from('{"a":1}')],
];

describe('MsgpackCodec and hostile bytes', () => {
  it.each(REFUSED)('refuses %s: %s', (_, reason, hostile) => {
    const codec = new MsgpackCodec();
    const taken = heapTaken(() => {
      expect(() => codec.decode(hostile)).toThrow(CasDecodeError);
    });
    expect(() => codec.decode(hostile)).toThrow(reason);
    expect(taken).toBeLessThan(64 * 2 ** 20);
  });

  it('takes names of prototypes for data', () => {
    const before = builtIns();
    const codec = new MsgpackCodec();
    const value = codec.decode(
      bytes(0x83, '__proto__', 0x81, 'polluted', 1, 'constructor', 0x81, 'prototype', 0x81, 'polluted', 1, 'map', 0x80),
    ) as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'map']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
    expectUntouched(before);
  });

  it('takes __proto__ among the properties of an error for data', () => {
    const error = new MsgpackCodec().decode(bytes(0xc7, 13, 6, 0, 0x81, '__proto__', 0x80)) as Error;
    expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
    expect(Object.keys(error)).toEqual(['__proto__']);
  });

  it('does not unfold references: twenty-five doublings and a rest are refused at once', () => {
    const codec = new MsgpackCodec();
    let value: unknown = [];
    for (let i = 0; i < 25; i++) value = [value, value];
    expect(outcome(codec, bytes(codec.encode(value), 0))).toBe('refused');
  });

  it('reads names in any order of messages alike, also those that share a place in its table of names', () => {
    const codec = new MsgpackCodec();
    const names = Array.from({ length: 3000 }, (_, i) => `name${i}`);
    const messages = names.map((name) => codec.encode({ [name]: 1 }));
    const read = messages.concat(messages).flatMap((message) => Object.keys(codec.decode(message) as object));
    expect(read).toEqual(names.concat(names));
  });
});
