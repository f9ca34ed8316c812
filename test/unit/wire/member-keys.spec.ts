import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeBulk, encodeBulk } from 'nestjs-cascache/wire';
import { CasKeyError } from '../../../lib/errors.js';
import { isWellFormed } from '../../../lib/keys/assert-key.js';

const payload = Buffer.from('v');

describe('key length 0 and 65,536 refused, 65,535 fine; lone surrogates refused', () => {
  it.each([
    ['nothing', ''],
    ['no bytes', Buffer.alloc(0)],
    ['65,536 bytes in as many characters', 'a'.repeat(65_536)],
    ['65,536 bytes in half as many characters', 'é'.repeat(32_768)],
    ['65,536 bytes, given as bytes', Buffer.alloc(65_536, 'a')],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone low surrogate', '\ude00a'],
  ])('refuses %s', (_, key) => {
    expect(() => encodeBulk([{ key, gen: 1, payload }])).toThrow(CasKeyError);
  });

  it.each([
    ['one byte', 'a'],
    ['65,535 bytes', 'a'.repeat(65_535)],
    ['65,535 bytes in a third as many characters', '鍵'.repeat(21_845)],
    ['a surrogate pair', '😀'],
    ['the replacement character', '\ufffd'],
    ['a byte order mark', '\ufeffa'],
    ['a name of Object.prototype', '__proto__'],
  ])('takes %s', (_, key) => {
    expect(decodeBulk(encodeBulk([{ key, gen: 1, payload }]))).toEqual([{ key, gen: 1, payload }]);
  });
});

describe('a key whose bytes are not UTF-8', () => {
  const read = (key: Uint8Array): string | undefined => decodeBulk(encodeBulk([{ key, gen: 1, payload }]))[0]?.key;

  it('is read as a string that no caller can use as a key', () => {
    expect(read(Buffer.from([0xff, 0x78]))).toBe('\udcffx');
    // A lone surrogate in the three bytes that WTF-8 would give it.
    expect(isWellFormed(read(Buffer.from([0xed, 0xa0, 0xbd])) ?? '')).toBe(false);
  });

  it('never becomes the key of other bytes', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(read(a) === read(b)).toBe(Buffer.compare(a, b) === 0);
      }),
      { numRuns: 500 },
    );
    expect(read(Buffer.from([0xff]))).not.toBe(read(Buffer.from('\ufffd')));
  });
});
