import { performance } from 'node:perf_hooks';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { addExtension, Packr } from 'msgpackr';
import { MsgpackrCodec } from 'nestjs-cascache/codecs/msgpackr';

import { CasDecodeError } from '../../../../lib/errors.js';
import { builtIns, expectUntouched, outcome } from '../../../support/codec-contract.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const written = (body: Uint8Array): Buffer => Buffer.concat([hex('c172'), body]);
const repeat = (count: number, unit: string): Buffer => hex(unit.repeat(count));
const cloned = (value: unknown): Buffer => new Packr({ structuredClone: true }).pack(value);

/** What they are, what the error says of them, and they themselves, after the header. */
const REFUSED: readonly (readonly [what: string, reason: string, bytes: Uint8Array])[] = [
  ['no value', 'end too early', hex('')],
  ['an array of 2^32-1 items', 'end too early', hex('dd ffffffff')],
  ['a map of 2^32-1 entries', 'end too early', hex('df ffffffff')],
  ['a string of 2^32-1 bytes', 'end too early', hex('db ffffffff 41')],
  ['bytes of 2^32-1 bytes', 'end too early', hex('c6 ffffffff 41')],
  ['an extension of 2^32-1 bytes', 'end too early', hex('c9 ffffffff 74 01 41')],
  ['a record of 2^32-1 names', 'more than 10000', hex('d4 72 40 dd ffffffff')],
  ['a record of 20,000 names', 'more than 10000', Buffer.concat([hex('d4 72 40 dc 4e20'), repeat(40_000, 'a161')])],
  [
    'arrays in each other that each claim the rest',
    'end too early',
    Buffer.concat([repeat(400, 'dc ffff'), Buffer.alloc(65_535)]),
  ],
  ['a hundred thousand arrays in each other', 'more than 500', Buffer.concat([repeat(100_000, '91'), hex('c0')])],
  ['a hundred thousand maps in each other', 'more than 500', Buffer.concat([repeat(100_000, '8100'), hex('c0')])],
  ['twenty thousand sets in each other', 'more than 500', Buffer.concat([repeat(20_000, 'd4730091'), hex('c0')])],
  ['a record in itself', 'end too early', hex('d4 72 40 91 a161 40')],
  ['a record that was not defined', 'was not defined', hex('40')],
  ['a record of another number', 'was not defined', hex('92 d4 72 40 90 41')],
  ['a definition of two bytes', '0x72', hex('d5 72 40 00 90')],
  ['a definition without names', 'no array', hex('d4 72 40 c0')],
  [
    'a property __proto__',
    'a property __proto__',
    Buffer.concat([hex('d4 72 40 91 a9'), Buffer.from('__proto__'), hex('90')]),
  ],
  ['a property name that is a number', 'no string', hex('d4 72 40 91 01 02')],
  ['a string that is not UTF-8', 'not UTF-8', hex('a2 c328')],
  ['a name that is not UTF-8', 'not UTF-8', hex('d4 72 40 91 a2 c328 01')],
  ['a bigint that takes long', 'too large', Buffer.concat([hex('c9 00030d40 42'), Buffer.alloc(200_000, 0xff)])],
  ['a bigint of no bytes', '0x42', hex('c7 00 42')],
  ['a date of five bytes', '0xff', hex('c7 05 ff 0000000000')],
  ['a set that is no array', 'no array', hex('d4 73 00 80')],
  ['a typed array with a part of an element', '0x74', hex('c7 04 74 06 000000')],
  ['a typed array of an unknown kind', '0x74', hex('c7 02 74 0b 00')],
  ['the byte that means nothing', 'begins no value', hex('c1')],
  ['an error', '0x65', new Packr({ moreTypes: true }).pack(new Error('x'))],
  ['an error by the name of a method', '0x65', hex('d4 65 00 93 ab 636f6e7374727563746f72 a16d c0')],
  ['a regular expression', '0x78', new Packr({ moreTypes: true }).pack(/x/)],
  [
    'a bundle of strings',
    '0x62',
    new Packr({ bundleStrings: true }).pack([{ a: 'a longer string' }, { a: 'another' }]),
  ],
  ['an object in two places', 'begins no value|0x69|0x70', cloned(((o) => [o, o])({ a: 1 }))],
  ['more after the value', 'more after the value', hex('c0 c0')],
];

describe('MsgpackrCodec', () => {
  const before = builtIns();

  it.each(REFUSED)('refuses %s', (_, reason, bytes) => {
    const decode = (): unknown => new MsgpackrCodec().decode(written(bytes));
    expect(decode).toThrow(CasDecodeError);
    expect(decode).toThrow(new RegExp(reason));
    expectUntouched(before);
  });

  it('spends no time on references that double with each step', () => {
    let value: unknown = [];
    for (let i = 0; i < 24; i++) value = [value, value];
    const bytes = written(Buffer.concat([cloned(value), hex('c0')]));
    const from = performance.now();
    expect(outcome(new MsgpackrCodec(), bytes)).toBe('refused');
    // As it comes from msgpackr alone this takes ten seconds.
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  it('decodes nothing of an earlier message', () => {
    const codec = new MsgpackrCodec();
    codec.decode(codec.encode([{ a: 1 }, { a: 2 }]));
    expect(outcome(codec, written(hex('40 01')))).toBe('refused');
  });

  it('adds nothing to what all users of msgpackr in a process share, and is told of no extension of theirs', () => {
    class Money {
      amount = 3;
    }
    const codec = new MsgpackrCodec();
    const plain = new Packr({ moreTypes: true }).pack(new Error('x'));
    codec.decode(codec.encode([new Date(0), new Set([1n])]));
    expect(new Packr({ moreTypes: true }).pack(new Error('x'))).toEqual(plain);
    addExtension({ Class: Money, type: 0x11, pack: () => Buffer.of(1), unpack: () => 'another library' });
    const bytes = codec.encode({ price: 1 });
    expect(codec.decode(bytes)).toEqual({ price: 1 });
    expect(outcome(codec, written(hex('d4 11 01')))).toBe('refused');
  });

  it('answers what is written with anything in it with a value or an error, without harm', () => {
    const codec = new MsgpackrCodec();
    const bytes = codec.encode([{ id: 1, at: new Date(5), in: new Map([['a', new Set([1n, 'text'])]]) }, { id: 2 }]);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        outcome(codec, changed);
      }),
      { numRuns: 2_000 },
    );
    expectUntouched(before);
  });
});
