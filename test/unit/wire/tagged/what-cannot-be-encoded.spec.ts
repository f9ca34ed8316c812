import { describe, expect, it } from '@jest/globals';
import { encodeTagged } from 'nestjs-cascache/wire';

import { CasEncodeError, CasGenerationError } from '../../../../lib/errors.js';

const payload = Buffer.from('v');
const TAGGED = { era: 1, seq: 1, tags: ['a'] };
const ODD: readonly unknown[] = [-1, 0.5, NaN, Infinity, 2 ** 53, '7', 7n, undefined];

describe('a tagged frame refuses to be written', () => {
  it.each(ODD)('under the generation %p', (gen) => {
    expect(() => encodeTagged(gen as number, TAGGED, payload)).toThrow(CasGenerationError);
  });

  it.each(['era', 'seq'].flatMap((name) => [0, ...ODD].map((value) => [name, value])))(
    'with a clock whose %s is %p',
    (name, value) => {
      const write = (): unknown => encodeTagged(1, { ...TAGGED, [String(name)]: value }, payload);
      expect(write).toThrow(CasEncodeError);
      expect(write).toThrow(new RegExp(`the ${String(name)} .* an integer from 1`));
    },
  );

  it('with more than 64 tags', () => {
    const tags = Array.from({ length: 65 }, (_, n) => String(n));
    expect(() => encodeTagged(1, { ...TAGGED, tags }, payload)).toThrow(CasEncodeError);
    expect(() => encodeTagged(1, { ...TAGGED, tags: tags.slice(1) }, payload)).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['empty', ''],
    ['of 513 bytes', 'x'.repeat(513)],
    ['of 171 characters of three bytes each', '\u20ac'.repeat(171)],
    ['with a lone surrogate', 'a\ud800'],
    ['a number', 7],
    ['null', null],
  ])('with a tag that is %s, and does not name it', (_, tag) => {
    const write = (): unknown => encodeTagged(1, { ...TAGGED, tags: ['a', tag as string] }, payload);
    expect(write).toThrow(CasEncodeError);
    expect(write).toThrow(/tag/i);
    if (typeof tag === 'string' && tag.length > 1) expect(write).not.toThrow(tag);
  });

  it('with a stamp that is not in whole milliseconds', () => {
    for (const stamp of [
      { storedAt: -1, freshMs: 1 },
      { storedAt: 1, freshMs: 0 },
      { storedAt: 0.5, freshMs: 1 },
    ]) {
      expect(() => encodeTagged(1, TAGGED, payload, stamp)).toThrow(CasEncodeError);
    }
  });

  it.each<unknown>(['text', null, [1, 2], new ArrayBuffer(2)])(
    'around a payload that is no Uint8Array: %p',
    (value) => {
      expect(() => encodeTagged(1, TAGGED, value as Uint8Array)).toThrow(CasEncodeError);
    },
  );
});
