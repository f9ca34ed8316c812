import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { CasKeyError } from '../../../../lib/errors.js';
import { stableKey } from '../../../../lib/keys/stable-key.js';

class Money {
  #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  get cents(): number {
    return this.#cents;
  }
}
class Euros extends Money {}
class Id {
  constructor(readonly hex: string) {}
  toJSON(): string {
    return this.hex;
  }
}
// oxlint-disable-next-line typescript/no-extraneous-class -- its field is there, but not enumerable
class Concealed {
  constructor(secret: number) {
    Object.defineProperty(this, 'secret', { value: secret });
  }
}

const refusal = (...parts: unknown[]): CasKeyError => {
  try {
    stableKey(...parts);
  } catch (error) {
    if (error instanceof CasKeyError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('a stable key refuses', () => {
  it.each<[string, unknown]>([
    ['is a function', () => 1],
    ['is a function', Money],
    ['is a symbol', Symbol('s')],
    ['has a property named by a symbol', { [Symbol('op')]: 5 }],
    ['boxed primitive, of type String', Object('x')],
    ['boxed primitive, of type Number', Object(1)],
    ['is an array with holes', [1, , 2]], // oxlint-disable-line no-sparse-arrays
    ['is an array with holes', Object.assign([1], { length: 2 ** 32 - 1 })],
    ['has a named property besides what it holds', Object.assign([1], { total: 2 })],
    ['has a named property besides what it holds', /b/.exec('abc')],
    ['has a named property besides what it holds', Object.assign(new Map(), { total: 2 })],
    ['has a named property besides what it holds', Object.assign(new Set(), { total: 2 })],
    ['has a named property besides what it holds', Object.assign(new Date(0), { zone: 'UTC' })],
    ['of type Promise', Promise.resolve(1)],
    ['of type WeakMap', new WeakMap()],
    ['of type RegExp', /x/],
    ['of type Error', new TypeError('x')],
    ['of type URLSearchParams', new URLSearchParams()],
    ['of type Intl.Collator', new Intl.Collator()],
    ['of type Generator', (function* () {})()],
    ['is of class Id, which has a toJSON method', new Id('00')],
    ['is of class Money and shows no property', new Money(1)],
    ['is of class Euros and shows no property', new Euros(1)],
    ['is of class Concealed and shows no property', new Concealed(1)],
    ['has a lone surrogate', '\ud800'],
    ['name has a lone surrogate', { '\udc00': 1 }],
  ])('what %s', (why, value) => {
    expect(refusal(value).message).toContain(why);
    expect(refusal(value).message).toMatch(/^Argument 1 (is|has) /);
  });

  it.each<[string, unknown]>([
    ['emitters', new EventEmitter()],
    ['streams', Readable.from([])],
    ['signals', new AbortController().signal],
    ['addresses', new URL('http://localhost')],
  ])('objects of the platform: %s', (_, value) => {
    expect(refusal(value)).toBeInstanceOf(CasKeyError);
  });

  it.each<[string, unknown[]]>([
    ['Argument 2, at .filter.onDone, is a function', [1, { filter: { onDone: () => 1 } }]],
    ['Argument 1, at [2].a[0], is a symbol', [[0, 1, { a: [Symbol('s')] }]]],
    ['Argument 3, at <key 0>.x, is a function', [1, 2, new Map([[{ x: () => 1 }, 1]])]],
    [
      'Argument 1, at .m<value 1>, is a function',
      [
        {
          m: new Map<number, unknown>([
            [1, 1],
            [2, () => 1],
          ]),
        },
      ],
    ],
    ['Argument 1, at <member 1>, is a symbol', [new Set([1, Symbol('s')])]],
    ['Argument 2, at .a, is an array with holes', [1, { a: [,] }]], // oxlint-disable-line no-sparse-arrays
  ])('and names the argument and the place in it: %s', (start, parts) => {
    expect(refusal(...parts).message.startsWith(start)).toBe(true);
  });

  it('and shows no data, only names of fields', () => {
    const { message } = refusal({ 'bob@example.com': { secret: ['token', () => 'x'] } });
    expect(message).toMatch(/^Argument 1, at \[…\]\.secret\[1\], is a function/);
  });

  it('and says what to pass instead', () => {
    expect(refusal(Promise.resolve()).message).toContain(
      'Pass plain data that identifies the value, or build the key yourself',
    );
  });
});

describe('a stable key ends', () => {
  it('on a cycle, and names where it closes', () => {
    const order: Record<string, unknown> = { lines: [{}] };
    (order['lines'] as Record<string, unknown>[])[0]!['order'] = order;
    expect(refusal('x', order).message).toMatch(
      /^Argument 2, at \.lines\[0\]\.order, is an object that contains itself/,
    );

    const map = new Map<string, unknown>();
    map.set('self', new Set([map]));
    expect(refusal(map).message).toContain('contains itself');
  });

  it('on deep nesting', () => {
    let nested: unknown = 1;
    for (let i = 0; i < 100_000; i++) nested = i % 2 === 0 ? [nested] : { nested };
    expect(refusal(nested).message).toContain('is nested more than 100 levels deep');
  });

  it('takes 100 levels', () => {
    let nested: unknown = 1;
    for (let i = 0; i < 100; i++) nested = [nested];
    expect(stableKey(nested)).toBe(`${'['.repeat(100)}1${']'.repeat(100)}`);
    expect(refusal([nested]).message).toContain('levels deep');
  });

  it('on objects that share parts, so that they spell out to exponential length', () => {
    let doubled: unknown = [];
    for (let i = 0; i < 90; i++) doubled = [doubled, doubled];
    expect(refusal(doubled).message).toContain('makes a key of more than 1048576 characters');
  });

  it('on bytes and texts that are too long', () => {
    expect(refusal(Buffer.alloc(524_289)).message).toContain('more than 1048576 characters');
    expect(refusal('x', ['a'.repeat(1_048_576)]).message).toContain('more than 1048576 characters');
  });
});
