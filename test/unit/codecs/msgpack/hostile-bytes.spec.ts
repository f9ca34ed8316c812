import { deepStrictEqual } from 'node:assert/strict';

import { describe, expect, it } from '@jest/globals';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { builtIns, outcome } from '../../../support/codec-contract.js';

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
const REFUSED: Record<string, Uint8Array> = {
  'no bytes at all': bytes(),
  'an array of 2^32-1 elements': bytes(0xdd, u32(MOST)),
  'a map of 2^32-1 entries': bytes(0xdf, u32(MOST)),
  'a string of 2^32-1 bytes': bytes(0xdb, u32(MOST), 0x41),
  'a byte string of 2^32-1 bytes': bytes(0xc6, u32(MOST), 0x41),
  'an extension of 2^32-1 bytes': bytes(0xc9, u32(MOST), 4, 1, 2),
  'a typed array of 2^32-1 bytes': bytes(0xc9, u32(MOST), 8, 3, 0),
  'a bigint of 2^32-1 bytes': bytes(0xc9, u32(MOST), 3, 0, 1),
  'arrays in each other that each claim all the rest': bytes(repeat(900, 0xdd, 0, 0, 0xff, 0xff), repeat(70_000, 0xc0)),
  'a hundred thousand arrays in each other': bytes(repeat(100_000, 0x91), 0xc0),
  'a hundred thousand maps in each other': bytes(repeat(100_000, 0x81, 0xa1, 0x61), 0xc0),
  'two thousand sets in each other': nestedSets(2000),
  'a map of more entries than its extension holds': bytes(0xc7, 1, 4, 0xc0, 0xc0),
  'an extension that is longer than its contents': bytes(0xc7, 9, 2, Buffer.alloc(9)),
  'an extension whose contents reach beyond it': bytes(0x92, 0xc7, 2, 5, 0x92, 1, 2, 3),
  'an extension of unknown type': bytes(0xc7, 1, 0x7f, 0),
  'a reference to nothing': bytes(0xd6, 1, u32(0)),
  'a reference to a later object': bytes(0x92, 0xd6, 1, u32(1), 0x90),
  'a property name that is a number': bytes(0x81, 1, 2),
  'a property name that is an array': bytes(0x81, 0x91, 0xc0, 0xc0),
  'a string that is not UTF-8': bytes(0xa2, 0xc3, 0x28),
  'a long string that is not UTF-8': bytes(0xd9, 40, repeat(39, 0x61), 0xff),
  'a property name that is not UTF-8': bytes(0x81, 0xa1, 0xff, 1),
  'the token that MessagePack never uses': bytes(0xc1),
  'a typed array of a kind that is none': bytes(0xc7, 2, 8, 200, 0),
  'a typed array with a part of an element': bytes(0xc7, 4, 8, 9, 0, 0, 0),
  'an error of a kind that is none': bytes(0xc7, 2, 6, 200, 0x80),
  'an error whose properties are no map': bytes(0xc7, 2, 6, 0, 0x90),
  'an error whose name is an object with a toString': bytes(0xc7, 18, 6, 0, 0x81, 'name', 0x81, 'toString', 0),
  'a regular expression that is none': bytes(0xc7, 3, 7, '(', 0xa0),
  'a regular expression whose source is a number': bytes(0xc7, 2, 7, 1, 0xa0),
  'a bigint without a magnitude': bytes(0xc7, 1, 3, 0),
  'a bigint with a sign that is none': bytes(0xc7, 2, 3, 2, 1),
  'an undefined of another shape': bytes(0xd4, 0, 1),
  'a date of 4 bytes': bytes(0xd6, 2, u32(0)),
  'a small integer as JSON writes it': Buffer.from('7'),
  'a JSON document': Buffer.from('{"a":1}'),
};

describe('MsgpackCodec and hostile bytes', () => {
  it.each(Object.entries(REFUSED))('refuses %s', (_, hostile) => {
    const codec = new MsgpackCodec();
    let came: unknown;
    const taken = heapTaken(() => {
      came = outcome(codec, hostile);
    });
    expect(came).toBe('refused');
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
    deepStrictEqual(builtIns(), before);
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
