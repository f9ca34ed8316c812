import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { stableKey } from '../../../../lib/keys/stable-key.js';

class Query {
  page?: number;
  name?: string;
}

describe('equal data have one key', () => {
  it('whatever the order of properties, of map entries and of set members', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), { selector: ([name]) => name });
    fc.assert(
      fc.property(entries, (given) => {
        const reversed = given.toReversed();
        expect(stableKey(Object.fromEntries(given))).toBe(stableKey(Object.fromEntries(reversed)));
        expect(stableKey(new Map(given))).toBe(stableKey(new Map(reversed)));
        expect(stableKey(new Set(given.map(String)))).toBe(stableKey(new Set(reversed.map(String))));
      }),
    );
  });

  it('for 0 and -0, wherever they are', () => {
    expect(stableKey(-0)).toBe(stableKey(0));
    expect(stableKey({ a: [-0] }, new Set([-0]))).toBe(stableKey({ a: [0] }, new Set([0])));
  });

  it('for a DTO and a literal, also when none of its fields is set', () => {
    const query = Object.assign(new Query(), { page: 2, name: 'x' });
    expect(stableKey(query)).toBe(stableKey({ name: 'x', page: 2 }));
    expect(stableKey(new Query())).toBe(stableKey({}));
  });

  it('for objects without a prototype, and for those of another realm', () => {
    expect(stableKey(Object.assign(Object.create(null), { a: 1 }))).toBe(stableKey({ a: 1 }));
    const foreign: unknown = runInNewContext(
      '({ list: [1], map: new Map([[1, 2]]), set: new Set([1]), date: new Date(0), bytes: new Uint8Array([1]) })',
    );
    expect(stableKey(foreign)).toBe(
      stableKey({
        list: [1],
        map: new Map([[1, 2]]),
        set: new Set([1]),
        date: new Date(0),
        bytes: new Uint8Array([1]),
      }),
    );
  });

  it('for parts that are shared, and for copies of them', () => {
    const shared = { a: 1 };
    expect(stableKey([shared, shared], shared)).toBe(stableKey([{ a: 1 }, { a: 1 }], { a: 1 }));
  });

  it('for a view, whatever lies around it in its buffer', () => {
    expect(stableKey(Buffer.from([9, 1, 2, 9]).subarray(1, 3))).toBe(stableKey(Buffer.from([1, 2])));
  });

  it('and nothing that was given is changed', () => {
    const given = Object.freeze({ b: Object.freeze([2, 1]), a: new Set([2, 1]) });
    stableKey(given);
    expect(Object.keys(given)).toEqual(['b', 'a']);
    expect([...given.a]).toEqual([2, 1]);
  });
});
