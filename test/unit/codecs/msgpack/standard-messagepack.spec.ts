import { deepStrictEqual } from 'node:assert/strict';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Packr } from 'msgpackr';

import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';

/** Without its records, which are no MessagePack. */
const msgpackr = (): Packr => new Packr({ useRecords: false, variableMapSize: true });

const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true }).map((n) => n + 0),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      fc.string({ maxLength: 40 }).filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 20, noNullPrototype: true },
    ),
  ),
})).value;

describe('MsgpackCodec and other MessagePack', () => {
  it('writes plain data so that another library reads it', () => {
    const codec = new MsgpackCodec();
    const other = msgpackr();
    fc.assert(
      fc.property(plain, (value) => {
        deepStrictEqual(other.unpack(Buffer.from(codec.encode(value))), value);
      }),
      { numRuns: 500 },
    );
  });

  it('reads plain data that another library wrote', () => {
    const codec = new MsgpackCodec();
    const other = msgpackr();
    fc.assert(
      fc.property(plain, (value) => {
        deepStrictEqual(codec.decode(Buffer.from(other.pack([value]))), [value]);
      }),
      { numRuns: 500 },
    );
  });

  it('writes every value as one well-formed item, whatever extensions it has', () => {
    // Another library need not know our extensions to step over them.
    const bytes = new MsgpackCodec().encode([new Map([[1, new Set([2])]]), 2n ** 100n, new Error('x'), undefined]);
    expect(itemEnd(Buffer.from(bytes), 0)).toBe(bytes.length);
  });
});

/** Where the item ends that begins at `at`: the grammar of MessagePack, extensions unopened. */
function itemEnd(bytes: Buffer, at: number): number {
  const token = bytes[at] as number;
  const sized = (size: number, more: number): number => at + 1 + size + more + bytes.readUIntBE(at + 1, size);
  const items = (from: number, count: number): number => {
    let end = from;
    for (let i = 0; i < count; i++) end = itemEnd(bytes, end);
    return end;
  };
  if (token < 0x80 || token >= 0xe0) return at + 1;
  if (token < 0x90) return items(at + 1, (token & 15) * 2);
  if (token < 0xa0) return items(at + 1, token & 15);
  if (token < 0xc0) return at + 1 + (token & 31);
  if (token <= 0xc3) return at + 1;
  if (token <= 0xc6) return sized(1 << (token - 0xc4), 0);
  if (token <= 0xc9) return sized(1 << (token - 0xc7), 1);
  if (token <= 0xcb) return at + 1 + (token === 0xca ? 4 : 8);
  if (token <= 0xcf) return at + 1 + (1 << (token - 0xcc));
  if (token <= 0xd3) return at + 1 + (1 << (token - 0xd0));
  if (token <= 0xd8) return at + 2 + (1 << (token - 0xd4));
  if (token <= 0xdb) return sized(1 << (token - 0xd9), 0);
  if (token <= 0xdd) return items(at + 1 + 2 * (token - 0xdb), bytes.readUIntBE(at + 1, 2 * (token - 0xdb)));
  return items(at + 1 + 2 * (token - 0xdd), 2 * bytes.readUIntBE(at + 1, 2 * (token - 0xdd)));
}
