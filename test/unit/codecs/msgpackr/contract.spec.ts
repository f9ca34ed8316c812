import { deserialize, serialize } from 'node:v8';

import { MsgpackrCodec } from 'nestjs-cascache/codecs/msgpackr';

import { describeCodecContract } from '../../../support/codec-contract.js';
import { OWN_PROTO, PLAIN, RICH, UNSTORABLE, WIDE } from '../../../support/codec-samples.js';

const LOST = /lone|__proto__|-0|array buffer|data view|error|regular|several places|cycles|bigints|typed array/;

/** As node makes it. */
const ofNode = (value: unknown): unknown => deserialize(serialize(value));
const TYPED = [
  new Int8Array([-1, 127]),
  new Uint16Array([1, 65_535]),
  new Float64Array([1.5, -Infinity]),
  new BigInt64Array([-1n]),
];

class Money {
  amount = 3;
  toJSON(): string {
    return 'not called';
  }
}
class List extends Array<number> {}
class Table extends Map<string, number> {}

describeCodecContract('MsgpackrCodec', {
  make: () => new MsgpackrCodec(),
  keepsClasses: false,
  carries: [
    ...PLAIN,
    ...WIDE,
    ...RICH.filter(({ what }) => !LOST.test(what)),
    // What jest's own realm makes is of another one to msgpackr.
    { what: 'typed arrays', make: () => TYPED.map(ofNode), comesBackAs: () => TYPED },
    { what: 'numbers that are none, or not finite', make: () => [Number.NaN, Infinity, -Infinity] },
    {
      what: 'bigints around every width',
      make: () =>
        [0, 31, 32, 63, 64, 65, 2048, 30_000].flatMap((bits) => {
          const power = 2n ** BigInt(bits);
          return [power - 1n, power, power + 1n, -power + 1n, -power, -power - 1n];
        }),
    },
    {
      what: 'rows of one shape, and of very many',
      make: () => Array.from({ length: 200 }, (_, i) => ({ id: i, [`own${i % 100}`]: { at: [i] } })),
    },
    {
      what: 'one object in several places as several',
      make: () => {
        const shared = { n: 1 };
        return [shared, shared];
      },
    },
    {
      what: 'an instance of a class as a plain object, its toJSON not called',
      make: () => [new Money()],
      comesBackAs: () => [{ amount: 3 }],
    },
    {
      what: 'maps and objects in each other',
      make: () => new Map([['m', { o: new Map([[{ k: 1 }, { v: new Map() }]]) }]]),
    },
  ],
  refuses: [
    ...UNSTORABLE,
    OWN_PROTO,
    { what: 'a typed array of another realm', make: () => [new Int8Array(2)] },
    { what: '-0', make: () => [{ n: new Map([[1, new Set([[-0]])]]) }] },
    {
      what: 'more properties than msgpackr should meet',
      make: () => Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`k${i}`, i])),
    },
    { what: 'a lone surrogate', make: () => ['secret\ud800'] },
    { what: 'a lone surrogate in a name', make: () => ({ '\ud800': 1 }) },
    { what: 'an error', make: () => ({ error: new Error('secret') }) },
    { what: 'a regular expression', make: () => [/secret/] },
    { what: 'an array buffer', make: () => new ArrayBuffer(2) },
    { what: 'a data view', make: () => new DataView(new ArrayBuffer(2)) },
    { what: 'a subclass of Array', make: () => new List() },
    { what: 'a subclass of Map', make: () => new Table() },
    {
      what: 'an iterable instance of a class',
      make: () =>
        new (class Bag {
          items = ['secret'];
          *[Symbol.iterator]() {
            yield* this.items;
          }
        })(),
    },
    { what: 'a bigint that is too large', make: () => 2n ** 40_000n },
    {
      what: 'a cycle',
      make: () => {
        const value: Record<string, unknown> = {};
        value['one'] = value;
        value['two'] = value;
        return value;
      },
    },
  ],
  tells: { trailing: true, truncated: true },
});
