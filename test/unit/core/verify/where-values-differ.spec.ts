import { describe, expect, it } from '@jest/globals';

import { differences } from '../../../../lib/core/verify/differences.js';

class User {
  constructor(readonly name: string) {}
}

const circular = (name: string): object => {
  const value: Record<string, unknown> = { name };
  value['self'] = value;
  return value;
};

describe('no difference', () => {
  it.each<[string, unknown, unknown]>([
    ['the order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['what is undefined', { a: 1, b: undefined }, { a: 1 }],
    ['the class', new User('Ada'), { name: 'Ada' }],
    ['dates', new Date(5), new Date(5)],
    ['dates that are none', new Date(NaN), new Date(NaN)],
    ['NaN', { a: NaN }, { a: NaN }],
    ['0 and -0', 0, -0],
    ['bigint', 2n ** 70n, 2n ** 70n],
    ['bytes of another class', Buffer.from('ab'), new Uint8Array([97, 98])],
    [
      'maps in another order',
      new Map([
        ['a', { x: 1 }],
        ['b', { x: 2 }],
      ]),
      new Map([
        ['b', { x: 2 }],
        ['a', { x: 1 }],
      ]),
    ],
    ['maps with objects for keys', new Map([[{ id: 1 }, 'a']]), new Map([[{ id: 1 }, 'a']])],
    ['sets of objects', new Set([{ id: 1 }, { id: 2 }]), new Set([{ id: 2 }, { id: 1 }])],
    ['what refers to itself', circular('a'), circular('a')],
  ])('%s', (_, one, other) => {
    expect(differences(one, other)).toEqual([]);
    expect(differences(other, one)).toEqual([]);
  });
});

describe('a difference', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['a text', 'a', 'b', ['$']],
    ['null and nothing', { a: null }, {}, ['$.a']],
    ['a number and its text', { a: 1 }, { a: '1' }, ['$.a']],
    ['bigint and number', { a: 1n }, { a: 1 }, ['$.a']],
    ['a member of a list', [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], ['$[1].a']],
    ['the length of a list', { list: [1] }, { list: [1, 2] }, ['$.list.length']],
    ['a date', { at: new Date(1) }, { at: new Date(2) }, ['$.at']],
    ['a date and its text', { at: new Date(1) }, { at: new Date(1).toISOString() }, ['$.at']],
    ['a byte', { b: Buffer.from('ab') }, { b: Buffer.from('ac') }, ['$.b']],
    ['a value of a map', new Map([['price', 1]]), new Map([['price', 2]]), ['$.price']],
    ['a key of a map', new Map([['a', 1]]), new Map([['b', 1]]), ['$']],
    ['a member of a set', { tags: new Set(['a']) }, { tags: new Set(['b']) }, ['$.tags']],
    ['a list and an object', { a: [] }, { a: {} }, ['$.a']],
    ['what refers to itself', circular('a'), circular('b'), ['$.name']],
    ['a key that is no name', { 'ada@example.org': { age: 1 } }, { 'ada@example.org': { age: 2 } }, ['$[…].age']],
  ])('%s', (_, one, other, paths) => {
    expect(differences(one, other)).toEqual(paths);
    expect(differences(other, one)).toEqual(paths);
  });

  it('is named ten times at most', () => {
    const many = (of: number): object => Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`p${n}`, of]));
    expect(differences(many(1), many(2))).toHaveLength(10);
  });

  it('in what is nested without end is found all the same', () => {
    const deep = (leaf: unknown): unknown => {
      let value = leaf;
      for (let n = 0; n < 1_000; n++) value = { in: value };
      return value;
    };
    expect(differences(deep(1), deep(1))).toEqual([]);
    expect(differences(deep(1), deep(2))).toHaveLength(1);
  });
});
