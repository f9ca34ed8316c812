import { runInNewContext } from 'node:vm';

import { describe, expect, it } from '@jest/globals';

import { deepCopy } from '../../../../../lib/core/values/deep-copy.js';

describe('deepCopy', () => {
  it('turns an own accessor into the value that it gives now', () => {
    let reads = 0;
    const value = {
      get computed() {
        reads++;
        return { n: reads };
      },
    };
    const copy = deepCopy(value);
    expect(Object.getOwnPropertyDescriptor(copy, 'computed')?.get).toBeUndefined();
    expect(copy.computed).toBe(copy.computed);
  });

  it('leaves out what is not enumerable, and names put on a plain array', () => {
    const value = Object.defineProperty({ a: 1 }, 'hidden', { value: 1, enumerable: false });
    expect(Reflect.ownKeys(deepCopy(value))).toEqual(['a']);
    expect(Reflect.ownKeys(deepCopy(Object.assign([1], { name: 'x' })))).toEqual(['0', 'length']);
  });

  it('shares functions and what has no readable state', () => {
    const { port1 } = new MessageChannel();
    const value = {
      method: () => 1,
      promise: Promise.resolve(1),
      weakMap: new WeakMap(),
      weakSet: new WeakSet(),
      weakRef: new WeakRef({}),
      sharedBuffer: new SharedArrayBuffer(1),
      format: new Intl.NumberFormat('en'),
      controller: new AbortController(),
      boxed: Object('text') as object,
      blob: new Blob(['x']),
      generator: (function* () {
        yield 1;
      })(),
    };
    port1.close();
    const copy = deepCopy(value);
    for (const [key, held] of Object.entries(value)) expect(copy[key as keyof typeof value]).toBe(held);
    expect(copy).not.toBe(value);
    expect(deepCopy(value.promise)).toBe(value.promise);
  });

  it('copies a class of the user’s that has a tag, whatever the tag says', () => {
    class Tagged {
      held = { n: 1 };
      constructor(private readonly tag: string) {}
      get [Symbol.toStringTag](): string {
        return this.tag;
      }
    }
    for (const tag of ['Decimal', 'Map', 'Date', 'Promise', 'URL', 'Object', 'no such.path', 'Math', 'toString', '']) {
      const value = new Tagged(tag);
      const copy = deepCopy({ value }).value;
      expect(copy).not.toBe(value);
      expect(copy).toBeInstanceOf(Tagged);
      expect(copy.held).toEqual({ n: 1 });
      expect(copy.held).not.toBe(value.held);
    }
  });

  it('copies built-ins whose tag was taken away', () => {
    class Quiet extends Map<string, number> {
      override get [Symbol.toStringTag](): string {
        return 'Quiet';
      }
    }
    const copy = deepCopy(new Quiet([['a', 1]]));
    expect(Map.prototype.get.call(copy, 'a')).toBe(1);
  });

  it('copies what only looks like a built-in as the record that it is', () => {
    const fake = Object.assign(Object.create(Date.prototype) as object, { held: { n: 1 } });
    const copy = deepCopy(fake);
    expect(copy).toEqual(fake);
    expect(copy.held).not.toBe(fake.held);
  });

  it('copies objects of another realm', () => {
    const value = runInNewContext(
      '({ list: [{ n: 1 }], date: new Date(5), map: new Map([[1, { v: 2 }]]), set: new Set([3]) })',
    ) as {
      list: { n: number }[];
      date: Date;
      map: Map<number, { v: number }>;
      set: Set<number>;
    };
    const copy = deepCopy(value);
    expect(copy.list[0]).not.toBe(value.list[0]);
    expect([copy.list.length, copy.list[0]!.n]).toEqual([1, 1]);
    expect(copy.date.getTime()).toBe(5);
    expect(copy.map.get(1)!.v).toBe(2);
    expect(copy.map.get(1)).not.toBe(value.map.get(1));
    expect(copy.set.has(3)).toBe(true);
    for (const opaque of ['Promise.resolve()', 'new WeakMap()', 'new WeakSet()', 'Object("text")']) {
      const foreign: unknown = runInNewContext(opaque);
      expect(deepCopy({ foreign }).foreign).toBe(foreign);
    }
    expect(Object.getPrototypeOf(copy.map)).toBe(Object.getPrototypeOf(value.map));
  });

  it('lets an enumerable name on Object.prototype pass', () => {
    const prototype = Object.prototype as Record<string, unknown>;
    prototype['polluted'] = { n: 1 };
    try {
      for (const value of [{ a: 1 }, { a: { b: 1 } }]) expect(Reflect.ownKeys(deepCopy(value))).toEqual(['a']);
    } finally {
      delete prototype['polluted'];
    }
  });
});
