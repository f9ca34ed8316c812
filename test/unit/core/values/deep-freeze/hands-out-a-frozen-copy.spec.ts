import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { frozenCopy } from '../../../../../lib/core/values/deep-freeze.js';
import { reachable } from '../../../../support/reachable.js';

describe('frozenCopy', () => {
  it('equals any value that can be frozen, is frozen to its leaves, and leaves the value as it was', () => {
    const value = fc.anything({ maxDepth: 4, withBigInt: true, withNullPrototype: true, withSparseArray: true });
    fc.assert(
      fc.property(value, (given) => {
        const wasFrozen = [...reachable(given)].map((each) => Object.isExtensible(each));
        const copy = frozenCopy(given);
        expect(isDeepStrictEqual(copy, given)).toBe(true);
        for (const each of reachable(copy)) expect(Object.isFrozen(each)).toBe(true);
        expect([...reachable(given)].map((each) => Object.isExtensible(each))).toEqual(wasFrozen);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps an own __proto__ a property, at any depth, and changes no prototype', () => {
    const given = JSON.parse('{"__proto__": {"admin": true}, "list": [{"__proto__": [1]}]}') as { list: object[] };
    const copy = frozenCopy(given);
    expect(isDeepStrictEqual(copy, given)).toBe(true);
    for (const each of [copy, copy.list[0] as object]) {
      expect(Object.getPrototypeOf(each)).toBe(Object.prototype);
      expect(Object.hasOwn(each, '__proto__')).toBe(true);
    }
  });

  it('keeps the loader’s own object writable', () => {
    const mine = { tags: ['a'], nested: { n: 1 } };
    const copy = frozenCopy(mine);
    mine.tags.push('b');
    mine.nested.n = 2;
    expect(copy).toEqual({ tags: ['a'], nested: { n: 1 } });
    expect(() => copy.tags.push('c')).toThrow(TypeError);
  });

  it('freezes class instances, errors, cycles, symbol keys and objects of an already frozen value', () => {
    class User {
      readonly tags = ['a'];
      self: unknown = this;
    }
    const key = Symbol('key');
    const value = Object.freeze({ user: new User(), error: new Error('x', { cause: { n: 1 } }), [key]: { n: 1 } });
    const copy = frozenCopy(value);
    expect(copy.user).toBeInstanceOf(User);
    expect(copy.user.self).toBe(copy.user);
    expect(reachable(copy).has(copy[key])).toBe(true);
    for (const each of reachable(copy)) expect(Object.isFrozen(each)).toBe(true);
    expect(Object.isFrozen(value.user)).toBe(false);
  });
});
