import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';

const life = { ttlMs: 60_000 };

interface Modelled {
  readonly key: string;
  readonly size: number;
  readonly weight: number;
}

/** The rule, written the slow way: one list, least recently used first; the first of the heaviest class goes. */
class Model {
  private list: Modelled[] = [];

  constructor(
    private readonly maxBytes: number,
    private readonly maxEntries: number,
  ) {}

  get(key: string): boolean {
    const found = this.list.find((each) => each.key === key);
    if (found) this.list = [...this.list.filter((each) => each !== found), found];
    return found !== undefined;
  }

  set(key: string, bytes: number, cost: number | undefined): void {
    this.list = this.list.filter((each) => each.key !== key);
    const size = bytes + key.length;
    if (size > this.maxBytes) return;
    const used = (): number => this.list.reduce((sum, each) => sum + each.size, 0);
    while (used() + size > this.maxBytes || this.list.length >= this.maxEntries) {
      const heaviest = Math.max(...this.list.map((each) => each.weight));
      this.list.splice(
        this.list.findIndex((each) => each.weight === heaviest),
        1,
      );
    }
    this.list.push({ key, size, weight: cost === undefined ? 0 : Math.floor(Math.log2(cost / bytes)) });
  }
}

describe('MemoryProvider of bytes', () => {
  it('evicts bulk frames that were weighed heavier before singles that were used longer ago', () => {
    const store = new MemoryProvider<Uint8Array>({ maxBytes: 400 });
    for (let n = 0; n < 10; n++) store.set(`s${n}`, new Uint8Array(18), life);
    for (let n = 0; n < 5; n++) store.set(`b${n}`, new Uint8Array(38), { ...life, cost: 38 * 4 });
    store.set('new', new Uint8Array(60), life);
    const left = (prefix: string, count: number): string[] =>
      Array.from({ length: count }, (_, n) => `${prefix}${n}`).filter((key) => store.get(key) !== undefined);
    expect(left('b', 5)).toEqual(['b2', 'b3', 'b4']);
    expect(left('s', 10)).toHaveLength(10);
  });

  it.each([Number.NaN, -1, 0])('takes the cost %d for none', (cost) => {
    const store = new MemoryProvider<Uint8Array>({ holds: 'bytes', maxEntries: 2 });
    store.set('lighter', new Uint8Array(8), { ...life, cost: 4 });
    store.set('odd', new Uint8Array(8), { ...life, cost });
    store.set('new', new Uint8Array(8), life);
    expect(store.getMany(['lighter', 'odd']).map((frame) => frame?.byteLength)).toEqual([8, undefined]);
  });

  it('weighs entries that are written with many, each by its own cost', () => {
    const store = new MemoryProvider<Uint8Array>({ holds: 'bytes', maxEntries: 2 });
    store.setMany(
      [
        { key: 'lighter', entry: new Uint8Array(8), cost: 8 },
        { key: 'heavier', entry: new Uint8Array(8), cost: 16 },
      ],
      life,
    );
    store.set('new', new Uint8Array(8), life);
    expect(store.getMany(['lighter', 'heavier']).map((frame) => frame?.byteLength)).toEqual([8, undefined]);
  });

  it('gives up the least recently used of the heaviest class, for any sequence of calls', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      bytes: fc.integer({ min: 1, max: 30 }),
      cost: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      reads: fc.boolean(),
    });
    const bounds = fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 7 }));
    fc.assert(
      fc.property(bounds, fc.array(step, { minLength: 5, maxLength: 60 }), ([maxBytes, maxEntries], steps) => {
        const store = new MemoryProvider<Uint8Array>({ maxBytes, maxEntries });
        const model = new Model(maxBytes, maxEntries);
        for (const { key, bytes, cost, reads } of steps) {
          if (reads) expect(store.get(key) !== undefined).toBe(model.get(key));
          else {
            store.set(key, new Uint8Array(bytes), { ...life, cost });
            model.set(key, bytes, cost);
          }
        }
        for (const key of 'abcdefgh') expect(store.get(key) !== undefined).toBe(model.get(key));
      }),
      { numRuns: 300 },
    );
  });
});
