import { describe, expect, it } from '@jest/globals';

import { copyByPlan, planOf } from '../../../../../lib/core/values/copy-plan.js';
import { reachable } from '../../../../support/reachable.js';

const row = (n: number): object => ({ id: n, tags: ['a', { n }], at: new Date(n), address: { lines: [[n]] } });

describe('the plan of a copy', () => {
  it('is one for all rows that have their objects in the same places', () => {
    const plan = planOf(Array.from({ length: 100 }, (_, n) => row(n)));
    expect(plan).toMatchObject({ kind: 'rows', keys: [] });
    expect(plan.parts).toHaveLength(1);
  });

  it('is as large as a tree of others, which is copied row by row all the same', () => {
    const rows = [row(1), 'none', row(2), { id: 3 }, { id: 4, tags: [] }, null, row(5), row(6)];
    const plan = planOf(rows);
    expect(plan).toMatchObject({ kind: 'list', keys: [0, 2, 3, 4, 6, 7] });
    expect(plan.parts[4]).toBe(plan.parts[5]);
    const copy = copyByPlan(rows, plan);
    expect(copy).toStrictEqual(rows);
    const before = reachable(rows);
    for (const each of reachable(copy)) expect(before.has(each)).toBe(false);
  });

  it.each([
    ['their objects have theirs elsewhere', [{ by: { home: { n: 1 } } }, { by: { work: { n: 2 } } }]],
    ['one is of another kind inside', [{ by: [{ n: 1 }] }, { by: { 0: { n: 2 } } }]],
  ])('is one for each of two rows where %s', (_, rows) => {
    const copy = copyByPlan(rows, planOf(rows));
    expect(copy).toStrictEqual(rows);
    const before = reachable(rows);
    for (const each of reachable(copy)) expect(before.has(each)).toBe(false);
  });

  it('has nothing of its own where no object is inside', () => {
    expect(planOf({ a: 1 })).toBe(planOf({ b: 'x', c: null }));
    expect(planOf([])).toBe(planOf([1, 'a']));
    expect(planOf(new Date(0))).toBe(planOf(new Date(1)));
  });

  it('leaves the holes of a list', () => {
    const list = [{ a: 1 }, , { a: 2 }]; // eslint-disable-line no-sparse-arrays
    const copy = copyByPlan(list, planOf(list));
    expect(1 in copy).toBe(false);
    expect(copy).toHaveLength(3);
    expect(copy[2]).toEqual({ a: 2 });
    expect(copy[2]).not.toBe(list[2]);
  });
});
