import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { deepCopy } from '../../../../../lib/core/values/deep-copy.js';
import { reachable } from '../../../../support/reachable.js';

const anything = fc.anything({
  maxDepth: 4,
  // Node 20 takes no invalid Date for equal to any other; those have a test of their own.
  values: [
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double(),
    fc.string(),
    fc.constantFrom(null, undefined, -0),
    fc.date({ noInvalidDate: true }),
  ],
  withBigInt: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'length')),
});

class Entity {
  [field: string]: unknown;
}

/** Objects of several kinds that point at each other, themselves and shared leaves, as the edges say. */
const graph = fc
  .tuple(
    fc.array(fc.constantFrom('record', 'bare', 'entity', 'array', 'map', 'set', 'date', 'bytes'), {
      minLength: 1,
      maxLength: 40,
      size: 'max',
    }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 80, size: 'max' }),
  )
  .map(([kinds, edges]) => {
    const makers: Record<string, (n: number) => object> = {
      record: (n) => ({ n }),
      bare: (n) => Object.assign(Object.create(null) as object, { n }),
      entity: (n) => Object.assign(new Entity(), { n }),
      array: (n) => [n],
      map: (n) => new Map([['n', n]]),
      set: (n) => new Set([n]),
      date: (n) => new Date(n),
      bytes: (n) => Uint8Array.of(n),
    };
    const nodes = kinds.map((kind, n) => makers[kind]!(n));
    for (const [n, [from, to]] of edges.entries()) {
      const [holder, held] = [nodes[from % nodes.length]!, nodes[to % nodes.length]!];
      if (Array.isArray(holder)) holder.push(held);
      else if (holder instanceof Map) holder.set(n % 2 ? held : n, n % 3 ? held : n);
      else if (holder instanceof Set) holder.add(held);
      else if (!(holder instanceof Date) && !(holder instanceof Uint8Array)) (holder as Entity)[`to${n}`] = held;
    }
    return nodes;
  });

function expectFaithful(value: unknown): void {
  const copy = deepCopy(value);
  expect(isDeepStrictEqual(copy, value)).toBe(true);
  const [before, after] = [reachable(value), reachable(copy)];
  for (const each of after) expect(before.has(each)).toBe(false);
  // An object that is reached twice is one object in the copy too.
  expect(after.size).toBe(before.size);
}

describe('deepCopy', () => {
  it('equals any value, with its prototypes, and shares no object with it', () => {
    fc.assert(fc.property(anything, expectFaithful), { numRuns: 300 });
  });

  it('an invalid Date stays one', () => {
    const copy = deepCopy({ when: new Date(Number.NaN) });
    expect(copy.when).toBeInstanceOf(Date);
    expect(copy.when.getTime()).toBeNaN();
  });

  it('keeps cycles and shared objects in graphs of any kind of object', () => {
    fc.assert(fc.property(graph, expectFaithful), { numRuns: 100 });
  });

  it('keeps what is reached twice in values with few and with many objects', () => {
    for (const count of [1, 15, 16, 17, 100]) {
      const shared = { a: 1 };
      const copy = deepCopy({
        items: Array.from({ length: count }, (_, n) => ({ n })),
        first: shared,
        second: [shared],
      });
      expect(copy.second[0]).toBe(copy.first);
      expect(copy.first).not.toBe(shared);
    }
  });

  it('is bounded by memory and not by the stack', () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    let copy: unknown = deepCopy(deep);
    let levels = 0;
    for (; Array.isArray(copy) && copy.length === 1; copy = (copy as unknown[])[0]) levels++;
    expect(levels).toBe(100_000);
  });
});
