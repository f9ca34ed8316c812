import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';

import { deepCopy } from '../../../../../lib/core/values/deep-copy.js';
import { isolatorOf } from '../../../../../lib/core/values/isolation.js';
import { copyByPlan, planOf, PreparedPlans } from '../../../../../lib/core/values/copy-plan.js';
import { copyIfTree, copyTree } from '../../../../../lib/core/values/plain-tree.js';
import { reachable } from '../../../../support/reachable.js';

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

const isolator = isolatorOf('copy');

/** A hit as an entry remembers whether its value is a tree. */
function handedOut<T>(value: T): { readonly kept: T; readonly hit: T } {
  const plans = new PreparedPlans();
  const kept = isolator.keep(value, plans);
  return { kept, hit: isolator.hand(kept, plans.take(kept)) };
}

describe('a plain tree', () => {
  it('is copied as deepCopy does, and shares nothing, each time', () => {
    let trees = 0;
    fc.assert(
      fc.property(fc.oneof(tree, anything, graph), (value) => {
        const kept = copyIfTree(value);
        if (kept === undefined) return;
        trees++;
        expectFaithful(kept, value);
        expectFaithful(copyTree(kept), kept);
        expectFaithful(copyByPlan(kept, planOf(kept)), kept);
        expect(isDeepStrictEqual(copyByPlan(kept, planOf(kept)), deepCopy(value))).toBe(true);
        expect(isDeepStrictEqual(copyTree(kept), deepCopy(value))).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(trees).toBeGreaterThan(60);
  });

  it('or none, a value is kept and handed out as it is, and shares nothing', () => {
    fc.assert(
      fc.property(fc.oneof(tree, anything, graph), (value) => {
        const { kept, hit } = handedOut(value);
        expectFaithful(kept, value);
        expectFaithful(hit, kept);
      }),
      { numRuns: 300 },
    );
  });

  it('is what an accessor gave when it was copied, even if it gives something else each time', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    let asked = 0;
    const value = { get a() { return ++asked > 1 ? cycle : { n: asked }; } }; // prettier-ignore
    const kept = copyIfTree(value);
    expect(kept).toEqual({ a: { n: 1 } });
    expect(copyTree(kept)).toEqual({ a: { n: 1 } });
  });

  it('copies no object that somebody has put on Object.prototype since the value was kept', () => {
    const kept = copyIfTree({ a: { b: 1 } }) as { a: { b: number } };
    Reflect.set(Object.prototype, 'polluted', { c: 1 });
    try {
      for (const copy of [copyTree(kept), copyByPlan(kept, planOf(kept)), copyIfTree(kept) as typeof kept]) {
        expect(Reflect.ownKeys(copy)).toEqual(['a']);
        expect(Reflect.ownKeys(copy.a)).toEqual(['b']);
      }
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
  });

  it('a Date keeps its class while timers are fake, and after', () => {
    const before = copyIfTree({ day: new Date(0) }) as { day: Date };
    jest.useFakeTimers();
    try {
      for (const value of [before, { day: new Date(0) }]) {
        const { kept, hit } = handedOut(value);
        expect(hit.day.getTime()).toBe(0);
        for (const each of [kept, hit]) expect(Object.getPrototypeOf(each.day)).toBe(Object.getPrototypeOf(value.day));
      }
      expect(Object.getPrototypeOf(copyTree(before).day)).toBe(Object.getPrototypeOf(before.day));
    } finally {
      jest.useRealTimers();
    }
  });
});
