import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { stableKey } from '../../../../lib/keys/stable-key.js';

describe('different data have different keys', () => {
  it('for all that has been confused in other caches', () => {
    const lists: unknown[][] = [
      [],
      [undefined],
      [null],
      ['undefined'],
      ['null'],
      [undefined, undefined],
      [1],
      ['1'],
      [1n],
      [true],
      ['true'],
      [NaN],
      ['NaN'],
      [''],
      ['()'],
      [[]],
      [{}],
      [[[]]],
      [[undefined]],
      [[null]],
      [new Map()],
      [new Set()],
      ['a:b'],
      ['a', 'b'],
      ['a,b'],
      ["a','b"],
      ["'a'"],
      [String.raw`a\'`],
      [[1, 2]],
      [1, 2],
      [[1], 2],
      [[['a:b']]],
      [['a:b']],
      [['a', 'b']],
      [{ a: 1 }],
      [{ a: '1' }],
      [{ a: undefined }],
      [{ a: 1, b: 2 }],
      [{ 'a:1,b': 2 }],
      [{ a: { b: 1 } }],
      [{ 0: 'a' }],
      [['a', undefined]],
      [new Date(0)],
      [0],
      ['1970-01-01T00:00:00.000Z'],
      [new Date(NaN)],
      [new Map([['a', 1]])],
      [new Map([['a', '1']])],
      [new Set(['a', 1])],
      [new Set(['a'])],
      [Buffer.from('a')],
      [new Uint8Array([97])],
      [new Int8Array([97])],
      [new Uint8ClampedArray([97])],
      [new Uint8Array([97]).buffer],
      [[97]],
      ['a'],
      ['61'],
    ];
    const keys = lists.map((parts) => stableKey(...parts));
    expect(new Set(keys).size).toBe(lists.length);
  });

  // Plain data is written in the syntax of JavaScript. A text that can be read back stands for one list only.
  it('for any plain data: it can be read back', () => {
    const name = fc.string({ unit: 'binary', maxLength: 4 }).filter((text) => text !== '__proto__');
    const { data } = fc.letrec<{ data: unknown }>((tie) => ({
      data: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom(undefined, null, true, false, NaN, Infinity, -Infinity),
        fc.double().map((n) => n + 0),
        fc.bigInt(),
        fc.string({ unit: 'binary' }),
        fc.array(tie('data'), { maxLength: 4 }),
        fc.dictionary(name, tie('data'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 3 }), (parts) => {
        // oxlint-disable-next-line typescript/no-implied-eval -- the text is ours, and plain data
        const read = new Function(`return [${stableKey(...parts)}]`) as () => unknown;
        expect(read()).toStrictEqual(parts);
      }),
      { numRuns: 200 },
    );
  });
});
