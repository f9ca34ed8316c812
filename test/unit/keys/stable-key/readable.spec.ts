import { describe, expect, it } from '@jest/globals';
import { stableKey } from '../../../../lib/keys/stable-key.js';

class Filter {
  constructor(
    readonly name: string,
    readonly page?: number,
  ) {}
}

describe('a stable key', () => {
  it.each<[unknown[], string]>([
    [[], '()'],
    [[42], '42'],
    [['42'], "'42'"],
    [['user', 42], "'user',42"],
    [[-1.5], '-1.5'],
    [[1e21], '1e+21'],
    [[NaN], 'NaN'],
    [[-Infinity], '-Infinity'],
    [[10n], '10n'],
    [[true, false, null, undefined], 'true,false,null,undefined'],
    [["it's"], String.raw`'it\'s'`],
    [['a\\b\n\r'], String.raw`'a\\b\n\r'`],
    [['{}[](),:😀'], "'{}[](),:😀'"],
    [[[]], '[]'],
    [[[1, [2, 'b']]], "[1,[2,'b']]"],
    [[{}], '{}'],
    [[{ b: 1, a: { d: 2, c: 3 } }], '{a:{c:3,d:2},b:1}'],
    [[{ 'first name': 1, 2: 2, '': 3 }], "{'':3,'2':2,'first name':1}"],
    [[JSON.parse('{"__proto__":1}')], '{__proto__:1}'],
    [[new Filter('x')], "{name:'x',page:undefined}"],
    [
      [
        new Map<unknown, unknown>([
          ['b', 1],
          ['a', new Set([2, 1])],
        ]),
      ],
      "Map{'a'=>Set{1,2},'b'=>1}",
    ],
    [[new Date(Date.UTC(2026, 0, 31))], 'Date(2026-01-31T00:00:00.000Z)'],
    [[new Date(NaN)], 'Date(invalid)'],
    [[Buffer.from([0, 255])], 'Buffer(00ff)'],
    [[new Uint8Array([0, 255])], 'Uint8Array(00ff)'],
    [[new Float32Array(1)], 'Float32Array(00000000)'],
    [[new DataView(new ArrayBuffer(3), 1)], 'DataView(0000)'],
    [[new ArrayBuffer(1)], 'ArrayBuffer(00)'],
    [[new SharedArrayBuffer(1)], 'SharedArrayBuffer(00)'],
  ])('of %p is %s', (parts, key) => {
    expect(stableKey(...parts)).toBe(key);
  });
});
