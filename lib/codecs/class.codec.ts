import type { CasCodec, CodecContext } from '../contracts/codec.js';
import { CasConfigError } from '../errors.js';
import { keepsClassOf } from './keeps-class.js';

/** Any class, also an abstract one or one with a private constructor: only its prototype is used. */
export interface RevivableClass {
  readonly prototype: object;
  readonly name: string;
}

/** A class and the classes of its own properties. May contain itself: `tree.nested.children = tree`. */
export interface NestedShape extends ClassCodecOptions {
  readonly type: RevivableClass;
}

/** Which class the objects under a property belong to. */
export type NestedClass = RevivableClass | NestedShape;

export interface ClassCodecOptions {
  /** By property name. A property that holds an array revives each of its elements. */
  readonly nested?: Readonly<Record<string, NestedClass>> | undefined;
}

/**
 * Gives hits their class back: a plain object that `inner` decodes becomes an instance of `type`, and so does each
 * element of an array. Everything else (null, primitives, a Map, instances of other classes) stays what it is.
 *
 * The constructor is not run and no setter is called: the object is the decoded one under another prototype. So
 * `#private` fields are missing, which makes a method that reads one throw, and values are not checked. Encoding is
 * left to `inner`, which writes all fields: what a serialisation for clients would leave out is kept here.
 */
export class ClassCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses = true;
  private readonly shape: Shape;
  private readonly prototypes: ReadonlySet<object>;

  /** @throws CasConfigError for what is no class */
  constructor(
    private readonly inner: CasCodec<V>,
    type: RevivableClass,
    options: ClassCodecOptions = {},
  ) {
    const shapes: Shapes = new Map();
    this.shape = shapeOf(type, options, 'the class', shapes);
    this.prototypes = new Set([...shapes.values()].map(({ prototype }) => prototype));
  }

  /** The classes that it was given; others are left to `inner`. */
  keepsClass(prototype: object): boolean {
    return this.prototypes.has(prototype) || keepsClassOf(this.inner, prototype);
  }

  encode(value: V, context: CodecContext): Uint8Array {
    return this.inner.encode(value, context);
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array, context: CodecContext): V {
    const value = this.inner.decode(bytes, context);
    revive(value, this.shape);
    return value;
  }
}

interface Shape {
  readonly prototype: object;
  readonly nested: ReadonlyMap<string, Shape>;
}

type Shapes = Map<object, { prototype: object; nested: Map<string, Shape> }>;

/** @param known the shapes of this codec so far, so that a description may contain itself: a tree of categories */
function shapeOf(type: unknown, options: ClassCodecOptions, what: string, known: Shapes): Shape {
  const earlier = known.get(options);
  if (earlier !== undefined) return earlier;
  const prototype: unknown = typeof type === 'function' ? type.prototype : undefined;
  if (typeof prototype !== 'object' || prototype === null) {
    throw new CasConfigError(`ClassCodec: ${what} is not a class. Pass the class itself: new ClassCodec(inner, User).`);
  }
  const shape = { prototype, nested: new Map<string, Shape>() };
  known.set(options, shape);
  for (const [name, entry] of Object.entries(options.nested ?? {})) {
    // A class may have a static `type` of its own.
    const described = typeof entry === 'function' ? { type: entry } : (entry as NestedShape);
    shape.nested.set(name, shapeOf(described.type, described, `nested.${name}`, known));
  }
  return shape;
}

function revive(root: unknown, shape: Shape): void {
  const waiting: { readonly value: unknown; readonly shape: Shape }[] = [{ value: root, shape }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, shape: expected } = next;
    for (const object of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (!isPlain(object)) continue;
      // In place, so that every other reference to the object, one in a cycle too, means the instance as well. And
      // before its properties, so that a cycle comes back to an object that is no longer plain.
      Object.setPrototypeOf(object, expected.prototype);
      for (const [name, nested] of expected.nested) {
        if (Object.hasOwn(object, name)) waiting.push({ value: object[name], shape: nested });
      }
    }
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
