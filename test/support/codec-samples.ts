import type { Sample } from './codec-contract.js';

/** What JSON has. */
export const PLAIN: readonly Sample[] = [
  { what: 'null', make: () => null },
  { what: 'true', make: () => true },
  { what: 'false', make: () => false },
  { what: 'a small integer', make: () => 7 },
  {
    what: 'integers around every width',
    make: () =>
      [0, 7, 8, 15, 16, 31, 32, 53].flatMap((bits) => [
        2 ** bits - 1,
        2 ** bits,
        2 ** bits + 1,
        -(2 ** bits),
        -(2 ** bits) - 1,
      ]),
  },
  { what: 'fractions', make: () => [0.1, -1.5, Math.PI, Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON] },
  { what: 'an empty string', make: () => '' },
  {
    what: 'strings beyond ASCII',
    make: () => ['é', 'ключ', '\u0000', '\u{1f511}', 'ünï'.repeat(100), '\ufffd', '\ufeff'],
  },
  { what: 'an empty array', make: () => [] },
  { what: 'an empty object', make: () => ({}) },
  {
    what: 'a record of a database',
    make: () => ({ id: 42, name: 'Linus', tags: ['a', 'b'], address: { city: 'Portland', zip: null }, score: 99.5 }),
  },
  {
    what: 'names that mean something elsewhere',
    make: () => ({
      constructor: 1,
      toString: 'x',
      hasOwnProperty: null,
      length: 3,
      __keys__: [],
      map: {},
      '': 0,
      0: 1,
    }),
  },
];

/** Sizes around every border that a binary format may have. */
export const WIDE: readonly Sample[] = [
  {
    what: 'strings of every width',
    make: () => [1, 23, 24, 31, 32, 255, 256, 65_535, 65_536].map((n) => 'x'.repeat(n)),
  },
  {
    what: 'arrays of every width',
    make: () => [15, 16, 23, 24, 300, 70_000].map((n) => Array.from({ length: n }, () => 1)),
  },
  {
    what: 'objects of every width',
    make: () =>
      [1, 15, 16, 23, 24, 300].map((n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`key ${i}`, i]))),
  },
];

/** What a decorator of a codec has to do with: bytes, few or many, that compress well or badly. */
export const LARGE: readonly Sample[] = [
  { what: 'a long text', make: () => 'the same again and '.repeat(2000) },
  { what: 'noise', make: () => Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 2_654_435_761) >>> 13)) },
  {
    what: 'many records',
    make: () => Array.from({ length: 200 }, (_, id) => ({ id, name: `name ${id}`, at: new Date(id) })),
  },
];

/** An own property of that name, as `JSON.parse` makes it. */
export const OWN_PROTO: Sample = {
  what: 'an own property __proto__',
  make: () => JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":null}}') as unknown,
};

/** What more JavaScript has as data, and the default codec carries. */
export const RICH: readonly Sample[] = [
  {
    what: 'numbers that are none, or not finite, or -0',
    make: () => [Number.NaN, Infinity, -Infinity, -0, { zero: -0 }],
  },
  { what: 'undefined in objects and arrays', make: () => ({ a: undefined, b: [undefined, null] }) },
  {
    what: 'dates',
    make: () => [new Date(0), new Date(-1), new Date(1_700_000_000_123), new Date(8.64e15)],
  },
  {
    what: 'bigints of any size',
    make: () =>
      [0, 1, 31, 32, 63, 64, 65, 127, 128, 2048, 20_000].flatMap((bits) => {
        const power = 2n ** BigInt(bits);
        return [power - 1n, power, power + 1n, -power + 1n, -power, -power - 1n];
      }),
  },
  {
    what: 'a map with keys of every kind',
    make: () =>
      new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
        [{ k: 1 }, new Map()],
        [null, undefined],
        [undefined, null],
      ]),
  },
  { what: 'a set', make: () => new Set<unknown>([1, '1', { a: 1 }, new Set([undefined])]) },
  { what: 'a regular expression', make: () => /a(b|c)\/[\u{1f511}]/giu },
  {
    what: 'a buffer',
    make: () => ({ empty: Buffer.alloc(0), some: Buffer.from('bytes'), large: Buffer.alloc(70_000, 1) }),
  },
  {
    what: 'typed arrays',
    make: () => [
      Int8Array.of(-1, 127),
      Uint8Array.of(0, 255),
      Uint8ClampedArray.of(1, 2),
      Int16Array.of(-32_768, 1),
      Uint16Array.of(65_535, 1),
      Int32Array.of(-1, 2 ** 31 - 1),
      Uint32Array.of(2 ** 32 - 1),
      Float32Array.of(1.5, Number.NaN, -0),
      Float64Array.of(Math.PI, -Infinity),
      BigInt64Array.of(-1n, 2n ** 63n - 1n),
      BigUint64Array.of(2n ** 64n - 1n),
      new Float64Array(0),
      new Uint8Array(300).fill(7),
    ],
  },
  {
    what: 'a typed array over a part of a buffer',
    make: () => new Uint16Array(Uint8Array.of(0, 0, 1, 2, 3, 4, 0, 0).buffer, 2, 2),
  },
  { what: 'an array buffer', make: () => Uint8Array.of(1, 2, 3).buffer },
  { what: 'a data view', make: () => new DataView(Uint8Array.of(0, 1, 2, 3).buffer, 1, 2) },
  {
    what: 'an error with a cause',
    make: () => new Error('outer', { cause: new TypeError('inner', { cause: 'text' }) }),
  },
  {
    what: 'an error with properties',
    make: () => Object.assign(new RangeError('too much'), { code: 'E_RANGE', details: { at: new Date(3) } }),
  },
  { what: 'an error without a message', make: () => new SyntaxError() },
  { what: 'an aggregate of errors', make: () => new AggregateError([new Error('one'), new URIError('two')], 'both') },
  {
    what: 'strings with lone surrogates',
    make: () => ['\ud83d', 'a\udc00b', 'x'.repeat(100) + '\ud800', { '\udfff': 1 }],
  },
  OWN_PROTO,
  {
    what: 'one object in several places',
    make: () => {
      const shared = { n: 1 };
      const list = [shared, shared];
      return { shared, list, again: list, map: new Map([[shared, list]]) };
    },
  },
  {
    what: 'cycles',
    make: () => {
      const root: Record<string, unknown> = { name: 'root' };
      root['self'] = root;
      root['list'] = [root, [root]];
      return root;
    },
  },
  { what: 'undefined by itself', make: () => undefined },
];

class Money {
  constructor(
    readonly amount: number,
    readonly currency: string,
  ) {}

  toJSON(): string {
    return `${this.amount} ${this.currency}`;
  }
}

class NamedMap extends Map<string, number> {}

/** What the default codec documents as lost. */
export const LOSSY: readonly Sample[] = [
  {
    what: 'an instance of a class as a plain object, its toJSON not called',
    make: () => [new Money(3, 'EUR')],
    comesBackAs: () => [{ amount: 3, currency: 'EUR' }],
  },
  {
    what: 'a subclass of a built-in as the built-in',
    make: () => new NamedMap([['a', 1]]),
    comesBackAs: () => new Map([['a', 1]]),
  },
  {
    what: 'an object without a prototype as a plain one',
    make: () => Object.assign(Object.create(null) as object, { a: 1 }),
    comesBackAs: () => ({ a: 1 }),
  },
  { what: 'a hole as undefined', make: () => Object.assign([1], { 2: 3 }), comesBackAs: () => [1, undefined, 3] },
  {
    what: 'a getter as its value',
    make: () => Object.defineProperty({}, 'a', { get: () => 1, enumerable: true }),
    comesBackAs: () => ({ a: 1 }),
  },
];

/** What holds something that is no property, so that a codec would store `{}` or less. */
export const UNSTORABLE: readonly Sample[] = [
  { what: 'a function', make: () => ({ call: () => 'secret' }) },
  { what: 'a function by itself', make: () => () => 'secret' },
  { what: 'a symbol', make: () => [Symbol('secret')] },
  { what: 'a promise', make: () => ({ promise: Promise.resolve('secret') }) },
  { what: 'a weak map', make: () => ({ weak: new WeakMap() }) },
  { what: 'a shared array buffer', make: () => ({ shared: new SharedArrayBuffer(8) }) },
  {
    what: 'a generator',
    make: () => ({
      next: (function* one() {
        yield 'secret';
      })(),
    }),
  },
  {
    what: 'a value whose getter throws',
    make: () =>
      Object.defineProperty({}, 'a', {
        get: () => {
          throw new Error('secret');
        },
        enumerable: true,
      }),
  },
];
