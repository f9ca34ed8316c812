import { createHash } from 'node:crypto';

import { CasConfigError } from '../../errors.js';
import { ClassBook } from './class-facts.js';

/**
 * A class whose prototype is used and whose constructor is not run: an abstract one, or one with a private constructor,
 * will do.
 */
export interface RevivedClass {
  readonly prototype: object;
  readonly name: string;
}

/**
 * How instances of one class are written as data and read again. Both must be pure: copies in process are made with
 * them too.
 */
export interface ValueType<T = unknown, D = unknown> {
  readonly class: { readonly prototype: T };
  /** Answers data that the codec carries, such as a string. */
  encode(this: void, instance: T): D;
  /** Answers an instance that shares nothing with `data`. */
  decode(this: void, data: D): T;
}

/** The classes that come back as such, each under the name that stands for it in bytes. */
export type RevivedClasses = Readonly<Record<string, RevivedClass>>;

// eslint-disable-next-line typescript/no-explicit-any -- what each type is made of is known to its own entry alone
export type ValueTypes = Readonly<Record<string, ValueType<any, any>>>;

/** `type` is absent for a class whose instances are their properties. */
export interface Registered {
  readonly name: string;
  readonly prototype: object;
  readonly type: ValueType | undefined;
}

/** What a namespace says of its classes: `classes` and `types`. */
export class InstanceTable {
  private readonly byPrototype = new Map<object, Registered>();
  private readonly byName = new Map<string, Registered>();
  /** Tells apart the bytes of tables with other names, which would be read as other values. */
  readonly fingerprint: Buffer;

  /** @throws CasConfigError naming the entry and what to change */
  constructor(classes: RevivedClasses = {}, types: ValueTypes = {}) {
    const book = new ClassBook();
    for (const [name, revived] of Object.entries(classes)) {
      const prototype = this.add(`classes.${name}`, name, revived, undefined);
      const facts = book.of(prototype);
      if (facts.isBuiltIn)
        refuse(`classes.${name}`, 'is a class of the platform: leave it out, codecs know it or refuse it.');
      if (facts.hidesState) {
        const advice = 'has #private fields, which no prototype brings back: say how it is written and read, in types.';
        refuse(`classes.${name}`, advice);
      }
    }
    for (const [name, type] of Object.entries(types)) {
      const where = `types.${name}`;
      if (
        typeof type !== 'object' ||
        type === null ||
        typeof type.encode !== 'function' ||
        typeof type.decode !== 'function'
      ) {
        refuse(where, 'is not { class, encode, decode }.');
      }
      this.add(where, name, type.class, type);
    }
    const names = [...this.byName.values()].map(({ name, type }) => JSON.stringify([name, type !== undefined]));
    this.fingerprint = createHash('sha256').update(names.toSorted().join()).digest().subarray(0, 4);
  }

  get isEmpty(): boolean {
    return this.byName.size === 0;
  }

  get hasTypes(): boolean {
    return [...this.byName.values()].some(({ type }) => type !== undefined);
  }

  of(prototype: object): Registered | undefined {
    return this.byPrototype.get(prototype);
  }

  named(name: string): Registered | undefined {
    return this.byName.get(name);
  }

  isType(prototype: object): boolean {
    return this.byPrototype.get(prototype)?.type !== undefined;
  }

  private add(where: string, name: string, given: unknown, type: ValueType | undefined): object {
    const prototype: unknown = typeof given === 'function' ? given.prototype : undefined;
    if (typeof prototype !== 'object' || prototype === null) refuse(where, 'is not a class: pass the class itself.');
    if (name === '') refuse(where, 'needs a name that is not empty.');
    if (this.byName.has(name) || this.byPrototype.has(prototype as object)) {
      refuse(where, 'is there twice, by its name or by its class: leave one out.');
    }
    const registered = { name, prototype: prototype as object, type };
    this.byName.set(name, registered);
    this.byPrototype.set(prototype as object, registered);
    return prototype as object;
  }
}

function refuse(where: string, what: string): never {
  throw new CasConfigError(`${where} ${what}`);
}
