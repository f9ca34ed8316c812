import { runInNewContext } from 'node:vm';

import { describe, expect, it } from '@jest/globals';

import { deepCopy } from '../../../../../lib/core/values/deep-copy.js';
import { copyByPlan, planOf } from '../../../../../lib/core/values/copy-plan.js';
import { copyIfTree } from '../../../../../lib/core/values/plain-tree.js';

class User {
  name = 'Ada';
}
class Names extends Array<string> {}
class Day extends Date {}

const shared = { a: 1 };
const cycle: Record<string, unknown> = {};
cycle['self'] = [cycle];

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value };
  return value;
}

describe('copyIfTree', () => {
  it.each<[string, unknown]>([
    ['an object', {}],
    ['an array', [1, , 3]], // eslint-disable-line no-sparse-arrays
    ['a Date', new Date(0)],
    ['objects and arrays within each other', { a: [{ b: [[]] }, null, undefined, 1n] }],
    ['a frozen object', Object.freeze({ a: Object.freeze([1]) })],
    ['an accessor, which is a value once it is kept', { get a() { return { b: 1 }; } }], // prettier-ignore
    ['an own __proto__', JSON.parse('{"__proto__": {"a": 1}}')],
    ['a Date with a name of its own', { at: Object.assign(new Date(7), { getTime: () => 8 }) }],
    ['a function', { call: () => 1 }],
    ['what is equal, but not the same', [{ a: 1 }, { a: 1 }]],
    ['100 levels', nested(100)],
  ])('yes: %s', (_name, value) => {
    const copy = copyIfTree(value);
    expect(copy).not.toBe(value);
    expect(copy).toStrictEqual(deepCopy(value));
    expect(copyByPlan(copy, planOf(copy as object))).toStrictEqual(deepCopy(value));
  });

  it('yes: an invalid Date, which stays one', () => {
    expect(copyIfTree({ at: new Date(Number.NaN) })?.at.getTime()).toBeNaN();
  });

  it.each<[string, unknown]>([
    ['a string', 'a'],
    ['null', null],
    ['a class instance', [new User()]],
    ['no prototype', { bare: Object.create(null) as object }],
    ['an array of a subclass', { names: new Names('a') }],
    ['a Date of a subclass', { day: new Day(0) }],
    ['what only pretends to be a Date', { day: Object.create(Date.prototype) as object }],
    ['what only pretends to be an array', { list: Object.create(Array.prototype) as object }],
    ['a Map', { map: new Map() }],
    ['a Set', { set: new Set() }],
    ['bytes', { bytes: Uint8Array.of(1) }],
    ['a Buffer', { bytes: Buffer.of(1) }],
    ['a pattern', { pattern: /a/ }],
    ['an error', { error: new Error('a') }],
    ['a URL', { url: new URL('http://localhost') }],
    ['a promise', { promise: Promise.resolve() }],
    ['a symbol for a name', { a: { [Symbol.for('b')]: { c: 1 } } }],
    ['an object that is reached twice', [shared, shared]],
    [
      'a Date that is reached twice',
      Array.from(
        { length: 2 },
        (
          (day) => () =>
            day
        )(new Date(0)),
      ),
    ],
    ['a cycle', cycle],
    ['a Date of another realm', { day: runInNewContext('new Date(0)') as Date }],
    ['an array of another realm', { list: runInNewContext('[[]]') as unknown[] }],
    ['101 levels', nested(101)],
    ['more levels than the stack has', nested(100_000)],
  ])('no: %s', (_name, value) => {
    expect(copyIfTree(value)).toBeUndefined();
  });
});
