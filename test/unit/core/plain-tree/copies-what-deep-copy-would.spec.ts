import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';

import { deepCopy } from '../../../../lib/core/deep-copy.js';
import { ISOLATORS } from '../../../../lib/core/isolation.js';
import { copyTree, isPlainTree } from '../../../../lib/core/plain-tree.js';
import { reachable } from '../../../support/reachable.js';

class Entity {
  [field: string]: unknown;
}

const LEAVES = [
  fc.constantFrom(null, undefined, -0, Number.NaN, '', 7n, Symbol.iterator),
  fc.string(),
  fc.double(),
  fc.date({ noInvalidDate: true }),
];

/** Trees, with a Date and a hole here and there, and names that are special in the language. */
const tree = fc.anything({
  maxDepth: 5,
  values: LEAVES,
  withSparseArray: true,
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'length', '0', 'toJSON')),
});

/** Whatever else there is. */
const anything = fc.anything({
  maxDepth: 4,
  values: LEAVES,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withTypedArray: true,
  withSparseArray: true,
});

/** Objects that may be reached from several others, and from themselves. */
const graph = fc
  .tuple(
    fc.array(fc.constantFrom('record', 'array', 'date', 'entity', 'named by a symbol'), {
      minLength: 1,
      maxLength: 12,
    }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 14 }),
  )
  .map(([kinds, edges]) => {
    const nodes = kinds.map((kind, n) => {
      if (kind === 'array') return [n];
      if (kind === 'date') return new Date(n);
      if (kind === 'entity') return Object.assign(new Entity(), { n });
      return kind === 'record' ? { n } : { [Symbol.for('name')]: { n } };
    });
    for (const [n, [from, to]] of edges.entries()) {
      const [holder, held] = [nodes[from % nodes.length]!, nodes[to % nodes.length]!];
      if (Array.isArray(holder)) holder.push(held as never);
      else if (!(holder instanceof Date)) (holder as Entity)[`to${n}`] = held;
    }
    return nodes[0];
  });

function expectFaithful(copy: unknown, kept: unknown): void {
  expect(isDeepStrictEqual(copy, kept)).toBe(true);
  const [before, after] = [reachable(kept), reachable(copy)];
  for (const each of after) expect(before.has(each)).toBe(false);
  expect(after.size).toBe(before.size);
}

const { copy: isolator } = ISOLATORS;

describe('copyTree', () => {
  it('gives what deepCopy gives, and shares nothing, wherever isPlainTree allows it', () => {
    let trees = 0;
    fc.assert(
      fc.property(fc.oneof(tree, anything, graph), (value) => {
        const kept = deepCopy(value);
        if (!isPlainTree(kept)) return;
        trees++;
        const copy = copyTree(kept);
        expectFaithful(copy, kept);
        expect(isDeepStrictEqual(copy, deepCopy(kept))).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(trees).toBeGreaterThan(60);
  });

  it('a hit is faithful whichever way it is copied', () => {
    fc.assert(
      fc.property(fc.oneof(tree, anything, graph), (value) => {
        const kept = isolator.keep(value);
        expectFaithful(isolator.hand(kept, isolator.isTree(kept)), kept);
      }),
      { numRuns: 300 },
    );
  });

  it('copies no object that somebody has put on Object.prototype since the value was kept', () => {
    const kept = deepCopy({ a: { b: 1 } });
    expect(isPlainTree(kept)).toBe(true);
    Reflect.set(Object.prototype, 'polluted', { c: 1 });
    try {
      const copy = copyTree(kept);
      expect(Reflect.ownKeys(copy)).toEqual(['a']);
      expect(Reflect.ownKeys(copy.a)).toEqual(['b']);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
  });

  it('a Date keeps its class while timers are fake, and after', () => {
    const before = deepCopy({ day: new Date(0) });
    jest.useFakeTimers();
    try {
      for (const kept of [before, deepCopy({ day: new Date(0) })]) {
        const { day } = isolator.hand(kept, isolator.isTree(kept));
        expect(day.getTime()).toBe(0);
        expect(Object.getPrototypeOf(day)).toBe(Object.getPrototypeOf(kept.day));
      }
    } finally {
      jest.useRealTimers();
    }
    expect(Object.getPrototypeOf(copyTree(before).day)).toBe(Date.prototype);
  });
});
