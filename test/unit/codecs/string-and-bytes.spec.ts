import { describe, expect, it } from '@jest/globals';

import { BytesCodec } from '../../../lib/codecs/bytes.codec.js';
import { StringCodec } from '../../../lib/codecs/string.codec.js';
import { describeCodecContract, outcome } from '../../support/codec-contract.js';

describeCodecContract('StringCodec', {
  make: () => new StringCodec(),
  keepsClasses: false,
  carries: ['', 'text', 'é', '\u{1f511}', '\ufeffbom', '\ufffd', '\u0000', 'long '.repeat(20_000)].map((text, i) => ({
    what: `string ${i}`,
    make: () => text,
  })),
  refuses: [
    { what: 'a number', make: () => 1 },
    { what: 'null', make: () => null },
    { what: 'an object', make: () => ({}) },
    { what: 'undefined', make: () => undefined },
    { what: 'a lone high surrogate', make: () => 'secret\ud83d' },
    { what: 'a lone low surrogate', make: () => '\udd11secret' },
    { what: 'surrogates in the wrong order', make: () => '\udd11\ud83d' },
  ],
  // Any text with a rest is a text.
  tells: { trailing: false, truncated: false },
});

describe('StringCodec', () => {
  it.each([
    ['a stray continuation byte', [0x61, 0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a sequence that is cut', [0xe2, 0x82]],
    ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses invalid UTF-8: %s', (_, bytes) => {
    expect(outcome(new StringCodec(), Buffer.from(bytes))).toBe('refused');
  });
});

describeCodecContract('BytesCodec', {
  make: () => new BytesCodec(),
  keepsClasses: false,
  carries: [
    { what: 'no bytes', make: () => Buffer.alloc(0) },
    { what: 'a buffer', make: () => Buffer.of(0, 255, 7) },
    { what: 'a Uint8Array as a buffer', make: () => Uint8Array.of(1, 2), comesBackAs: () => Buffer.of(1, 2) },
    { what: 'a part of a buffer', make: () => Buffer.from('a part of it').subarray(2, 6) },
  ],
  refuses: [
    { what: 'a string', make: () => 'secret' },
    { what: 'null', make: () => null },
    { what: 'an array of numbers', make: () => [1, 2] },
    { what: 'another typed array', make: () => Uint16Array.of(1) },
    { what: 'an array buffer', make: () => new ArrayBuffer(2) },
    { what: 'a data view', make: () => new DataView(new ArrayBuffer(2)) },
  ],
  tells: { trailing: false, truncated: false },
});

describe('BytesCodec', () => {
  it('encodes a copy, which later writes of the caller do not reach', () => {
    const value = Buffer.of(1, 2, 3);
    const encoded = new BytesCodec().encode(value);
    value.fill(9);
    expect([...encoded]).toEqual([1, 2, 3]);
  });
});
