import { describe, expect, it } from '@jest/globals';

import { deepCopy } from '../../../../../lib/core/values/deep-copy.js';

describe('deepCopy', () => {
  it('answers primitives as they are', () => {
    for (const value of [undefined, null, true, 0, -0, Number.NaN, 'x', 10n, Symbol.iterator])
      expect(deepCopy(value)).toBe(value);
  });

  it('keeps the prototype of a class instance, and runs neither its constructor nor its setters', () => {
    let constructed = 0;
    class User {
      tags = ['a'];
      born = new Date(0);
      constructor(readonly name: string) {
        constructed++;
      }
      get shout(): string {
        return this.name.toUpperCase();
      }
      set name2(_: string) {
        throw new Error('a setter ran');
      }
    }
    const user = new User('linus');
    Object.defineProperty(user, 'name2', { value: 'own', enumerable: true, writable: true, configurable: true });
    const copy = deepCopy({ user }).user;
    expect(constructed).toBe(1);
    expect(copy).toBeInstanceOf(User);
    expect(copy.shout).toBe('LINUS');
    expect(copy.name2).toBe('own');
    copy.tags.push('b');
    copy.born.setTime(1);
    expect([user.tags, user.born.getTime()]).toEqual([['a'], 0]);
  });

  it('keeps subclasses of built-in classes with their own properties, and runs no constructor', () => {
    const refuse = (): never => {
      throw new Error('a constructor ran');
    };
    let armed = false;
    class List extends Array<unknown> {
      label: unknown;
      constructor(...items: unknown[]) {
        if (armed) refuse();
        super(...items);
      }
    }
    class Registry extends Map<unknown, unknown> {
      label: unknown;
      constructor() {
        if (armed) refuse();
        super();
      }
      override set(): this {
        return refuse();
      }
      override forEach(): void {
        refuse();
      }
    }
    class Group extends Set<unknown> {
      label: unknown;
      override add(): this {
        return refuse();
      }
    }
    class Day extends Date {
      label: unknown;
      override getTime(): number {
        return refuse();
      }
    }
    class Pattern extends RegExp {
      label: unknown;
    }
    const pattern = Object.assign(new Pattern('a'), { label: { n: 5 } });
    const list = Object.assign(new List('a', 'b'), { label: { n: 1 } });
    list.length = 5;
    const registry = Object.assign(new Registry(), { label: { n: 2 } });
    Map.prototype.set.call(registry, 'k', { v: 1 });
    const group = Object.assign(new Group(), { label: { n: 3 } });
    Set.prototype.add.call(group, 'member');
    const day = Object.assign(new Day(86_400_000), { label: { n: 4 } });
    armed = true;

    const copy = deepCopy({ list, registry, group, day, pattern });
    expect(Object.getPrototypeOf(copy.list)).toBe(List.prototype);
    expect([Array.isArray(copy.list), copy.list.length, copy.list[1], 3 in copy.list, copy.list.label]).toEqual([
      true,
      5,
      'b',
      false,
      { n: 1 },
    ]);
    expect(Object.getPrototypeOf(copy.registry)).toBe(Registry.prototype);
    expect([copy.registry.get('k'), copy.registry.label]).toEqual([{ v: 1 }, { n: 2 }]);
    expect(Object.getPrototypeOf(copy.group)).toBe(Group.prototype);
    expect([copy.group.has('member'), copy.group.label]).toEqual([true, { n: 3 }]);
    expect(Object.getPrototypeOf(copy.day)).toBe(Day.prototype);
    expect([Date.prototype.getTime.call(copy.day), copy.day.label]).toEqual([86_400_000, { n: 4 }]);
    expect(Object.getPrototypeOf(copy.pattern)).toBe(Pattern.prototype);
    expect([copy.pattern.source, copy.pattern.label]).toEqual(['a', { n: 5 }]);
    expect(copy.list.label).not.toBe(list.label);
    expect(copy.registry.label).not.toBe(registry.label);
  });

  it('keeps objects without a prototype and an own __proto__ key, and touches no prototype', () => {
    const bare = Object.assign(Object.create(null) as Record<string, unknown>, { a: { b: 1 } });
    const own = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"x": 1}}') as Record<string, unknown>;
    const copy = deepCopy({ bare, own });
    expect(Object.getPrototypeOf(copy.bare)).toBeNull();
    expect(copy.bare).toEqual(bare);
    expect(Object.getPrototypeOf(copy.own)).toBe(Object.prototype);
    expect(Object.keys(copy.own)).toEqual(['__proto__', 'constructor']);
    expect(copy.own['__proto__']).toEqual({ polluted: true });
    expect(copy.own['__proto__']).not.toBe(own['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('copies what symbol keys hold, in flat objects too', () => {
    const tag = Symbol('tag');
    const flat = { a: 1, [tag]: { n: 1 } };
    const copy = deepCopy(flat);
    expect(copy[tag]).toEqual({ n: 1 });
    expect(copy[tag]).not.toBe(flat[tag]);
  });

  it('keeps the holes of an array', () => {
    const sparse: unknown[] = ['a'];
    sparse[3] = { n: 1 };
    sparse.length = 6;
    const copy = deepCopy(sparse);
    expect([copy.length, 1 in copy, 3 in copy, 5 in copy]).toEqual([6, false, true, false]);
    expect(copy[3]).not.toBe(sparse[3]);
  });

  it('gives views buffers of their own, with their own bytes', () => {
    const slab = Uint8Array.from({ length: 64 }, (_, n) => n).buffer;
    const value = {
      bytes: new Uint8Array(slab, 8, 4),
      floats: new Float64Array(slab, 16, 2),
      big: new BigUint64Array(slab, 32, 1),
      view: new DataView(slab, 4, 2),
      buffer: Buffer.from('pooled'),
      whole: slab,
    };
    const copy = deepCopy(value);
    expect(copy).toEqual(value);
    expect([copy.bytes.buffer.byteLength, copy.view.buffer.byteLength, copy.buffer.buffer.byteLength]).toEqual([
      4, 2, 6,
    ]);
    expect(Buffer.isBuffer(copy.buffer)).toBe(true);
    expect(copy.buffer.toString()).toBe('pooled');
    expect(copy.floats).toBeInstanceOf(Float64Array);
    new Uint8Array(slab).fill(0xff);
    expect([copy.bytes[0], copy.view.getUint8(0), new Uint8Array(copy.whole)[63]]).toEqual([8, 4, 63]);
  });

  it('copies the keys of maps and the members of sets as deeply as their values', () => {
    const key = { k: 1 };
    const value = { map: new Map<unknown, unknown>([[key, { v: 1 }]]), set: new Set([key]) };
    const copy = deepCopy(value);
    const [copiedKey] = copy.map.keys();
    expect(copiedKey).toEqual(key);
    expect(copiedKey).not.toBe(key);
    expect(copy.set.has(copiedKey as typeof key)).toBe(true);
    expect(copy.map.get(copiedKey)).not.toBe(value.map.get(key));
  });

  it('keeps errors as errors, with message, stack, cause and own fields', () => {
    class NotFound extends Error {
      readonly details = { id: 42 };
    }
    const error = new NotFound('no user', { cause: new TypeError('inner') });
    const copy = deepCopy({ error }).error;
    expect(copy).toBeInstanceOf(NotFound);
    expect(Object.prototype.toString.call(copy)).toBe('[object Error]');
    expect([copy.message, copy.stack, (copy.cause as Error).message]).toEqual([error.message, error.stack, 'inner']);
    expect(copy.cause).toBeInstanceOf(TypeError);
    expect(copy.cause).not.toBe(error.cause);
    expect(copy.details).toEqual({ id: 42 });
    expect(copy.details).not.toBe(error.details);
    expect(Object.keys(copy)).toEqual(['details']);
  });

  it('keeps regular expressions and where they stand', () => {
    const value = { re: /a(b)/giu };
    value.re.lastIndex = 3;
    const copy = deepCopy(value);
    expect([copy.re.source, copy.re.flags, copy.re.lastIndex]).toEqual(['a(b)', 'giu', 3]);
    copy.re.lastIndex = 0;
    expect(value.re.lastIndex).toBe(3);
  });

  it('copies URLs, whose state no property shows', () => {
    const value = { url: new URL('https://example.org/a?b=1'), query: new URLSearchParams('c=2') };
    const copy = deepCopy(value);
    copy.url.pathname = '/other';
    copy.query.set('c', '3');
    expect([copy.url.href, value.url.href]).toEqual(['https://example.org/other?b=1', 'https://example.org/a?b=1']);
    expect([copy.query.toString(), value.query.toString()]).toEqual(['c=3', 'c=2']);
  });

  it('thaws: the copy of a frozen value can be changed', () => {
    const frozen = Object.freeze({ list: Object.freeze([1]) as number[] });
    const copy = deepCopy(frozen) as { list: number[] };
    copy.list.push(2);
    copy.list = [];
    expect(frozen.list).toEqual([1]);
  });
});
