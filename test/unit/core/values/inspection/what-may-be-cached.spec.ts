import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { runInNewContext } from 'node:vm';

import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { of } from 'rxjs';

import { ClassBook } from '../../../../../lib/core/values/class-facts.js';
import { Inspection, MAX_DEPTH } from '../../../../../lib/core/values/inspection.js';
import { copyIfTree } from '../../../../../lib/core/values/plain-tree.js';

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}

  get length(): number {
    return Math.hypot(this.x, this.y);
  }
}
class Secret {
  #text = 'a';
  read(): string {
    return this.#text;
  }
}
/** As a polyfill of Temporal has it. */
const SLOTS = new WeakMap<object, number>();
class Slotted {
  constructor(year: number) {
    SLOTS.set(this, year);
  }

  get year(): number {
    const year = SLOTS.get(this);
    if (year === undefined) throw new TypeError('invalid receiver');
    return year;
  }
}
class HeirOfSlotted extends Slotted {}
class WriteOnly {
  set pin(pin: number) {
    SLOTS.set(this, pin);
  }
}
class Unit {
  read(): string {
    return 'it has no state';
  }
}
class HeirOfSecret extends Secret {}
class Marked {
  #brand = true;
  static is(value: object): boolean {
    return #brand in value && value.#brand;
  }
}
/** As a compiler for an older target writes it. */
const Compiled = runInNewContext(
  'class Compiled { read() { return __classPrivateFieldGet(this, _Compiled_text, "f"); } } Compiled',
) as new () => object;
class Rows extends Array<object> {}
class Query {
  // eslint-disable-next-line unicorn/no-thenable -- as a query builder has it
  then(): void {
    throw new Error('it ran');
  }
}
class Handler {
  readonly handle = (): number => 1;
}
class Lazy {
  readonly id = 1;

  constructor() {
    Object.defineProperty(this, 'posts', { get: () => Promise.resolve([]), enumerable: true, configurable: true });
  }
}

const inspect = (value: unknown): Inspection & { readonly refused: string | undefined } => {
  const inspection = new Inspection({ book: new ClassBook(), isRegisteredType: () => false });
  const refusal = inspection.refusalOf(value);
  return Object.assign(inspection, { refused: refusal && refusal.message.slice(0, refusal.message.indexOf('. ')) });
};

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value };
  return value;
}

const cycle: Record<string, unknown> = {};
cycle['self'] = [cycle];

describe('what may be cached', () => {
  it.each<[string, unknown]>([
    ['a primitive', 'text'],
    ['null', null],
    ['a bigint', 10n],
    ['plain data', { a: [1, null, undefined, { b: new Date(0) }] }],
    ['no prototype', Object.assign(Object.create(null) as object, { a: {} })],
    ['a cycle', cycle],
    ['Map and Set', { map: new Map([[{ a: 1 }, new Set([1])]]) }],
    ['bytes', [Buffer.of(1), new Float64Array(2), new ArrayBuffer(1), new DataView(new ArrayBuffer(1))]],
    ['an error with its cause', new TypeError('a', { cause: { b: 1 } })],
    ['a pattern and a URL', [/a/g, new URL('http://localhost'), new URLSearchParams('a=1')]],
    ['instances with methods and accessors on their prototype', { points: [new Point(1, 2)] }],
    ['an instance that names its own class', Object.assign(new Point(1, 2), { constructor: Point })],
    ['an instance without properties', new Unit()],
    ['a subclass of a built-in', Object.assign(new Rows({ a: 1 }), { label: 'x' })],
    ['plain data of another realm', runInNewContext('({ a: [new Date(0), new Map([[1, {}]]), new Error("e")] })')],
    ['an own __proto__', JSON.parse('{"__proto__": {"a": 1}}')],
    [`${MAX_DEPTH} levels`, nested(MAX_DEPTH)],
  ])('yes: %s', (_name, value) => {
    expect(inspect(value).refused).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['a function', { a: { run: () => 1 } }, '.a.run is a function'],
    ['the function itself', () => 1, 'the value is a function'],
    ['a symbol', [Symbol('a')], '[0] is a symbol'],
    ['an accessor', { list: [{ get a() { return 1; } }] }, '.list[0].a is an accessor'], // prettier-ignore
    ['a setter alone', { set a(_: number) {} }, '.a is an accessor'], // prettier-ignore
    ['an accessor in an array', Object.defineProperty([], 0, { get: () => ({}) }), '[0] is an accessor'],
    ['an accessor under a symbol', { [Symbol('s')]: 1, get [Symbol.for('t')]() { return 1; } }, '[Symbol(t)] is an accessor'], // prettier-ignore
    ['an accessor of an instance: a lazy relation', [new Lazy()], '[0].posts is an accessor'],
    ['a Proxy', { a: new Proxy({}, {}) }, '.a is a Proxy'],
    ['a Readable', { file: Readable.from(['a']) }, '.file is a stream'],
    ['a Writable', new Writable(), 'the value is a stream'],
    ['an event emitter', new EventEmitter(), 'the value is an event emitter'],
    ['a ReadableStream', [new ReadableStream()], '[0] is a stream'],
    ['a Response', new Response('a'), 'the value is a Request or Response'],
    ['an async generator', (async function* () { yield 1; })(), 'the value is an async iterator'], // prettier-ignore
    ['a generator', { rows: (function* () { yield 1; })() }, '.rows is an iterator'], // prettier-ignore
    ['the iterator of a Map', new Map().values(), 'the value is an iterator'],
    ['an Observable', of(1), 'the value is an Observable'],
    ['a promise', { a: Promise.resolve(1) }, '.a is a promise, or a query that runs when it is awaited'],
    ['a query that was not awaited', [new Query()], '[0] is a promise, or a query that runs when it is awaited'],
    ['#private state', { s: new Secret() }, '.s is an instance of Secret, which has private state'],
    [
      '#private state of an ancestor',
      new HeirOfSecret(),
      'the value is an instance of HeirOfSecret, which has private state',
    ],
    [
      'state in a WeakMap, behind accessors',
      { at: new HeirOfSlotted(2026) },
      '.at is an instance of HeirOfSlotted, which keeps its state elsewhere',
    ],
    [
      'state in a WeakMap, behind a setter',
      Object.assign(new WriteOnly(), { pin: 1 }),
      'the value is an instance of WriteOnly, which keeps its state elsewhere',
    ],
    ['a brand that is asked for', new Marked(), 'the value is an instance of Marked, which has private state'],
    ['private state, compiled', new Compiled(), 'the value is an instance of Compiled, which has private state'],
    ['a function that an instance has of its own', new Handler(), '.handle is a function'],
    [
      'hidden properties of an instance',
      Object.defineProperty(new Point(1, 2), 'em', { value: 1 }),
      '.em is a property of an instance of Point that is not enumerable',
    ],
    [
      'hidden properties of a list',
      Object.defineProperty(new Rows(), 'count', { value: 1 }),
      '.count is a property of an instance of Rows that is not enumerable',
    ],
    ['a WeakMap', { a: new WeakMap() }, '.a is an instance of WeakMap'],
    ['a Blob', new Blob([]), 'the value is an instance of Blob'],
    ['a boxed primitive', Object('a'), 'the value is an instance of String'],
    ['in a Map', new Map([['k', [() => 1]]]), '[0][0] is a function'],
    ['in a Set', { tags: new Set([1, () => 1]) }, '.tags[1] is a function'],
    ['in an error', new Error('a', { cause: () => 1 }), '.cause is a function'],
    ['in plain data of another realm', runInNewContext('({ a: [() => 1] })'), '.a[0] is a function'],
  ])('no: %s', (_name, value, refused) => {
    expect(inspect(value).refused).toBe(refused);
  });

  it('is bounded: a value with a class that is lost is not looked at to its end', () => {
    const looked = jest.fn(() => ', which would be lost');
    const inspection = new Inspection({ book: new ClassBook(), isRegisteredType: () => false, lossOf: looked });
    const refusal = inspection.refusalOf(Array.from({ length: 100_000 }, () => new Point(1, 2)));
    expect(refusal?.path).toBe('[0]');
    expect(looked.mock.calls.length).toBeLessThan(2_000);
  });

  it('is bounded: in depth', () => {
    for (const deep of [nested(MAX_DEPTH + 1), nested(100_000)]) {
      expect(inspect(deep).refused).toMatch(/ is deeper than 1000 objects in each other$/);
    }
  });

  it('runs nothing of the value: no getter, however many there would be, and no trap', () => {
    const getter = jest.fn(() => endless());
    const endless = (): object => Object.defineProperty({}, 'next', { get: getter, enumerable: true });
    expect(inspect({ a: endless() }).refused).toBe('.a.next is an accessor');
    const trap = jest.fn((): never => {
      throw new Error('a trap ran');
    });
    const traps = { get: trap, getPrototypeOf: trap, ownKeys: trap, has: trap, getOwnPropertyDescriptor: trap };
    expect(inspect([new Proxy({}, traps)]).refused).toBe('[0] is a Proxy');
    expect(inspect([new Proxy(Object.create(new Proxy({}, traps)) as object, traps)]).refused).toBe('[0] is a Proxy');
    expect(inspect([Object.create(new Proxy({}, traps))]).refused).toMatch(/^\[0] is an instance of/);
    expect(getter).not.toHaveBeenCalled();
    expect(trap).not.toHaveBeenCalled();
  });

  it('shows no name that may be data', () => {
    expect(inspect({ 'ada@example.org': () => 1 }).refused).toBe('[…] is a function');
  });

  it('knows a plain tree as copying does', () => {
    const values = fc.anything({ withMap: true, withNullPrototype: true, withDate: true, maxDepth: 4 });
    fc.assert(
      fc.property(values, (value) => {
        const inspection = inspect(value);
        if (inspection.refused !== undefined || typeof value !== 'object' || value === null) return;
        expect(inspection.isTree).toBe(copyIfTree(value) !== undefined);
      }),
      { numRuns: 500 },
    );
    expect(inspect(nested(100)).isTree).toBe(true);
    for (const value of [nested(101), [new Point(1, 2)], cycle]) expect(inspect(value).isTree).toBe(false);
  });
});
