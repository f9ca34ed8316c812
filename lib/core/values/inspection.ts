import { types } from 'node:util';

import { BEHIND_A_PROXY } from './class-facts.js';
import type { ClassBook, ClassFacts } from './class-facts.js';
import { kindOf } from './object-kind.js';
import type { ObjectKind } from './object-kind.js';
import { refusalOf, withClassesToList } from './refusal.js';
import type { Refusal, Remedy } from './refusal.js';

/** How deep objects may lie in each other: as deep as the default codec goes. */
export const MAX_DEPTH = 1_000;
/** The most objects of one value. A copy of so many takes some tenths of a second. */
export const MAX_OBJECTS = 1_000_000;
/** A plain tree is copied by recursion, which must not meet the end of the stack. */
const DEEPEST_TREE = 100;
/** How many more objects are looked at for other classes that would be lost, once there is one. */
const MORE_OBJECTS = 1_000;

/** What an inspection goes by. */
export interface InspectionRules {
  readonly book: ClassBook;
  /** Whether the namespace says how instances of the prototype are copied and written. */
  readonly isRegisteredType: (prototype: object) => boolean;
  /** Where a codec is in play: why an instance of the prototype would not come back, if so. */
  readonly lossOf?: ((prototype: object, facts: ClassFacts) => string | undefined) | undefined;
}

/**
 * One look at one value, before it is copied or encoded: whether it is data, and instances that come back as what they
 * were. Nothing of the value runs: accessors are found by their descriptors and refused, proxies are not touched.
 *
 * Only an element of an array is read before its descriptor: looking at each would cost more than copying the array.
 */
export class Inspection {
  /** Whether the value is a plain tree, as `copyTree` takes it. Known when `refusalOf` has found nothing. */
  isTree = true;
  private readonly seen = new Set<object>();
  private readonly path: PropertyKey[] = [];
  /** Names of classes that would be lost. The first is in `found`; no other refusal takes its place. */
  private readonly lost = new Set<string>();
  private found: Refusal | undefined;
  private mostObjects = MAX_OBJECTS;

  constructor(private readonly rules: InspectionRules) {}

  refusalOf(value: unknown): Refusal | undefined {
    if (!isFine(value)) this.look(value, 0);
    return this.found && withClassesToList(this.found, this.lost);
  }

  /** Answers whether to go on. `depth` counts the objects around. */
  private look(value: unknown, depth: number): boolean {
    if (typeof value !== 'object') return this.refuse(`a ${typeof value}`, depth, 'data');
    const object = value as object;
    if (this.seen.has(object)) {
      this.isTree = false;
      return true;
    }
    if (depth >= MAX_DEPTH) return this.refuse(`deeper than ${MAX_DEPTH} objects in each other`, 8, 'size');
    if (this.seen.size >= this.mostObjects) return this.refuse(`part of more than ${MAX_OBJECTS} objects`, 0, 'size');
    if (types.isProxy(object)) return this.refuse('a Proxy', depth, 'data');
    this.seen.add(object);
    if (depth >= DEEPEST_TREE) this.isTree = false;
    const prototype = Object.getPrototypeOf(object) as object | null;
    if (prototype === Object.prototype) return this.record(object, depth);
    if (prototype === Array.prototype && Array.isArray(object)) return this.list(object, depth);
    this.isTree &&= prototype === Date.prototype && types.isDate(object);
    return prototype === null ? this.record(object, depth) : this.instance(object, prototype, depth);
  }

  private record(object: object, depth: number): boolean {
    for (const key in object) {
      const property = Object.getOwnPropertyDescriptor(object, key);
      // Inherited from what others have put on `Object.prototype`.
      if (property === undefined) continue;
      // As `property` would find it: most are such, and this spares the call.
      if (property.writable !== undefined && isFine(property.value)) continue;
      if (!this.property(property, key, depth)) return false;
    }
    const symbols = Object.getOwnPropertySymbols(object);
    if (symbols.length === 0) return true;
    this.isTree = false;
    return symbols.every((key) => {
      const property = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
      return property.enumerable !== true || this.property(property, key, depth);
    });
  }

  private list(list: readonly unknown[], depth: number): boolean {
    for (let at = 0; at < list.length; at++) {
      const held = list[at];
      if (isFine(held)) continue;
      this.path[depth] = at;
      const property = Object.getOwnPropertyDescriptor(list, at);
      if (property !== undefined && !this.property(property, at, depth)) return false;
    }
    return true;
  }

  private property(property: PropertyDescriptor, key: PropertyKey, depth: number): boolean {
    this.path[depth] = key;
    // What has no `writable` is an accessor.
    if (property.writable === undefined) return this.refuse('an accessor', depth + 1, 'data');
    return isFine(property.value) || this.look(property.value, depth + 1);
  }

  private instance(object: object, prototype: object, depth: number): boolean {
    if (this.rules.isRegisteredType(prototype)) return true;
    // Each byte of it is a property: they are copied whole.
    if (ArrayBuffer.isView(object)) return this.comesBack(prototype, this.rules.book.of(prototype), depth);
    const facts = this.rules.book.of(prototype);
    if (facts.usedUp !== undefined) return this.refuse(facts.usedUp, depth, 'used-up');
    if (facts === BEHIND_A_PROXY) return this.refuse(`an instance of ${facts.name}`, depth, 'state');
    const kind = kindOf(object);
    if (kind === 'url' || kind === 'url-search-params') return this.platformUrl(prototype, facts, depth);
    if (facts.isBuiltIn && kind === 'record') return this.foreign(object, prototype, facts, depth);
    const what = `an instance of ${facts.name}`;
    if (kind === 'opaque') return this.refuse(what, depth, 'state');
    if (facts.hidesState) return this.refuse(`${what}, which has private state`, depth, 'state');
    // Fake timers put a class of their own in the place of `Date`.
    const isDate = kind === 'date' && facts.more === undefined;
    if (!(isDate || this.comesBack(prototype, facts, depth)) || !this.members(object, kind, depth)) return false;
    // Names put on a Date, a Map or a list of the platform's own are left out of copies.
    if (facts.isBuiltIn) {
      if (kind === 'array') return this.list(object as unknown[], depth);
      if (kind !== 'error') return true;
    }
    return this.own(object, facts, kind, depth);
  }

  /** Node writes them in JavaScript, with private state that only their own constructors copy. */
  private platformUrl(prototype: object, facts: ClassFacts, depth: number): boolean {
    if (prototype === URL.prototype || prototype === URLSearchParams.prototype) return true;
    return this.refuse(`an instance of ${facts.name}, which has private state`, depth, 'state');
  }

  /** A plain object of another realm, or one of the platform's whose state is no property. */
  private foreign(object: object, prototype: object, facts: ClassFacts, depth: number): boolean {
    if (facts.name === 'Object' && Object.getPrototypeOf(prototype) === null) return this.record(object, depth);
    return this.refuse(`an instance of ${facts.name}`, depth, 'state');
  }

  private comesBack(prototype: object, facts: ClassFacts, depth: number): boolean {
    if (facts.isBuiltIn || Buffer.prototype === prototype) return true;
    const loss = this.rules.lossOf?.(prototype, facts);
    return loss === undefined || this.goOn(facts.name, loss, depth);
  }

  /** The value is refused, and yet looked at further, for all classes that are to be listed. */
  private goOn(name: string, loss: string, depth: number): true {
    if (this.found === undefined) {
      this.refuse(`an instance of ${name}${loss}`, depth, 'class');
      this.mostObjects = Math.min(MAX_OBJECTS, this.seen.size + MORE_OBJECTS);
    }
    this.lost.add(name);
    return true;
  }

  private members(object: object, kind: ObjectKind, depth: number): boolean {
    const held: unknown[] = [];
    if (kind === 'map') {
      Map.prototype.forEach.call(object as Map<unknown, unknown>, (value, key) => void held.push(key, value));
    } else if (kind === 'set') {
      Set.prototype.forEach.call(object as Set<unknown>, (value) => void held.push(value));
    }
    return held.every((value, at) => {
      this.path[depth] = kind === 'map' ? Math.floor(at / 2) : at;
      return isFine(value) || this.look(value, depth + 1);
    });
  }

  /** A class instance comes back with all of its properties, or not at all. */
  private own(object: object, facts: ClassFacts, kind: ObjectKind, depth: number): boolean {
    const keys = Reflect.ownKeys(object);
    if (keys.length === 0 && kind === 'record' && facts.hasAccessors) {
      // In a WeakMap, say, which has no copy: the accessors of one would throw.
      return this.refuse(`an instance of ${facts.name}, which keeps its state elsewhere`, depth, 'state');
    }
    return keys.every((key) => {
      if (isOfItsKind(kind, key)) return true;
      const property = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
      // Decimals name their class themselves. A copy may too; bytes cannot.
      if (key === 'constructor' && typeof property.value === 'function') {
        return this.rules.lossOf === undefined || this.refuse(`an instance of ${facts.name}`, depth, 'state');
      }
      if (property.enumerable !== true && kind !== 'error') {
        this.path[depth] = key;
        return this.refuse(`a property of an instance of ${facts.name} that is not enumerable`, depth + 1, 'data');
      }
      return this.property(property, key, depth);
    });
  }

  private refuse(what: string, depth: number, remedy: Remedy): false {
    this.found ??= refusalOf(what, this.path.slice(0, depth), remedy);
    return false;
  }
}

/** What every object of the kind has of its own; the `stack` of an error is an accessor in some versions of Node. */
function isOfItsKind(kind: ObjectKind, key: PropertyKey): boolean {
  return (
    (kind === 'error' && key === 'stack') ||
    (kind === 'array' && key === 'length') ||
    (kind === 'regexp' && key === 'lastIndex')
  );
}

/** Primitives of data. Everything else has to be looked at. */
function isFine(value: unknown): boolean {
  return (typeof value !== 'object' || value === null) && typeof value !== 'function' && typeof value !== 'symbol';
}
