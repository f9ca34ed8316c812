import { BEGINNINGS } from './shallow-copy.js';
import { kindOf, type ObjectKind } from './object-kind.js';

/** Up to this many objects, looking through a list is cheaper than hashing. */
const LISTED = 16;

type Properties = Record<PropertyKey, unknown>;

const spread = (record: object): object => ({ ...record });

/** How instances of some prototypes are copied. */
export interface CopiersOfTypes {
  of(prototype: object): ((instance: object) => object) | undefined;
}

/**
 * The objects of one value and their copies. A copy is begun when its object is first met, with what can be copied at
 * once, and filled when its turn comes: that makes cycles and shared objects come out right, and needs no recursion.
 */
export class CopiedGraph {
  readonly #originals: object[] = [];
  readonly #copies: object[] = [];
  readonly #kinds: ObjectKind[] = [];
  #index: Map<object, object> | undefined;

  /** @param copyRecord makes the copy of a plain object that is filled afterwards */
  constructor(
    private readonly copiers?: CopiersOfTypes,
    private readonly copyRecord: (record: object) => object = spread,
  ) {}

  /** `begun` is a spread of `root`, where the caller made one already. */
  copyOf<T extends object>(root: T, begun?: T): T {
    const copy = begun === undefined ? this.#copy(root) : this.#note(root, begun, 'record');
    for (let at = 0; at < this.#copies.length; at++) {
      this.#fill(this.#originals[at] as object, this.#copies[at] as object, this.#kinds[at] as ObjectKind);
    }
    return copy as T;
  }

  #copy(original: object): object {
    const known = this.#find(original);
    if (known !== undefined) return known;
    const prototype = Object.getPrototypeOf(original) as object | null;
    if (prototype === Object.prototype) return this.#note(original, this.copyRecord(original), 'record');
    const copier = prototype === null ? undefined : this.copiers?.of(prototype);
    if (copier !== undefined) return this.#note(original, copier(original), 'opaque');
    const kind = kindOf(original);
    if (kind === 'opaque') return original;
    const copy = BEGINNINGS[kind](original);
    if (Object.getPrototypeOf(copy) !== prototype) Object.setPrototypeOf(copy, prototype);
    return this.#note(original, copy, kind);
  }

  #find(original: object): object | undefined {
    if (this.#index !== undefined) return this.#index.get(original);
    const at = this.#originals.indexOf(original);
    return at < 0 ? undefined : this.#copies[at];
  }

  #note(original: object, copy: object, kind: ObjectKind): object {
    const count = this.#originals.push(original);
    this.#copies.push(copy);
    this.#kinds.push(kind);
    if (this.#index !== undefined) this.#index.set(original, copy);
    else if (count > LISTED)
      this.#index = new Map(this.#originals.map((each, at) => [each, this.#copies[at] as object]));
    return copy;
  }

  #held(value: unknown): unknown {
    return typeof value === 'object' && value !== null ? this.#copy(value) : value;
  }

  #fill(original: object, copy: object, kind: ObjectKind): void {
    switch (kind) {
      case 'record':
        return this.#fillRecord(copy as Properties);
      case 'array':
        if (isPlain(copy, Array)) return this.#fillArray(copy as unknown[]);
        (copy as unknown[]).length = (original as unknown[]).length;
        return this.#define(original, copy, Object.keys(original));
      case 'map':
        Map.prototype.forEach.call(original as Map<unknown, unknown>, (value, key) => {
          Map.prototype.set.call(copy as Map<unknown, unknown>, this.#held(key), this.#held(value));
        });
        return this.#fillSubclass(original, copy, Map);
      case 'set':
        Set.prototype.forEach.call(original as Set<unknown>, (value) => {
          Set.prototype.add.call(copy as Set<unknown>, this.#held(value));
        });
        return this.#fillSubclass(original, copy, Set);
      case 'date':
        return this.#fillSubclass(original, copy, Date);
      case 'regexp':
        return this.#fillSubclass(original, copy, RegExp);
      case 'error':
        return this.#define(original, copy, Reflect.ownKeys(original));
      default:
      // Copied whole when it was begun.
    }
  }

  /** The copy is a spread: what it shares are the objects that its properties hold. */
  #fillRecord(copy: Properties): void {
    for (const key in copy) {
      const held = copy[key];
      if (typeof held === 'object' && held !== null && Object.hasOwn(copy, key)) copy[key] = this.#copy(held);
    }
    for (const key of Object.getOwnPropertySymbols(copy)) copy[key] = this.#held(copy[key]);
  }

  #fillArray(copy: unknown[]): void {
    for (let at = 0; at < copy.length; at++) {
      const held = copy[at];
      if (typeof held === 'object' && held !== null) copy[at] = this.#copy(held);
    }
  }

  #fillSubclass(original: object, copy: object, builtIn: { readonly prototype: object }): void {
    if (isPlain(copy, builtIn)) return;
    this.#define(
      original,
      copy,
      Reflect.ownKeys(original).filter((key) => Object.prototype.propertyIsEnumerable.call(original, key)),
    );
  }

  /** Defines and does not assign: a setter of the class must not run. */
  #define(original: object, copy: object, keys: readonly PropertyKey[]): void {
    for (const key of keys) {
      Object.defineProperty(copy, key, {
        value: this.#held((original as Properties)[key]),
        enumerable: Object.prototype.propertyIsEnumerable.call(original, key),
        writable: true,
        configurable: true,
      });
    }
  }
}

function isPlain(copy: object, builtIn: { readonly prototype: object }): boolean {
  return Object.getPrototypeOf(copy) === builtIn.prototype;
}
