import { types } from 'node:util';

/** What the objects of one prototype are like, besides their own properties. */
export interface ClassFacts {
  readonly name: string;
  /** What they are, where one reader uses them up, or two would disturb each other: streams, iterators, Observables. */
  readonly usedUp: string | undefined;
  /** Whether they have state that is no property, so that no copy has it. */
  readonly hidesState: boolean;
  /** Whether what one says of itself comes, in part, from accessors of its class. */
  readonly hasAccessors: boolean;
  /** Why no plain object can stand for one. `undefined` where one can: the class is nothing but a name. */
  readonly more: string | undefined;
  /** Whether it is the platform's own. */
  readonly isBuiltIn: boolean;
}

/** Whether a serialiser has rules for instances of the class, such as `@Exclude()`. */
export type HasRules = (constructor: object) => boolean;

const sourceOf = (constructor: object): string => Function.prototype.toString.call(constructor);

/**
 * Private names are used as `.#name`, or asked for as `#name in`; a class never says them otherwise. Compilers for
 * older targets put a helper in their place. A minifier that renames such helpers as well makes them invisible.
 */
const PRIVATE =
  /\.#[\p{ID_Start}$_]|#[\p{ID_Start}$_][\p{ID_Continue}$]*\s+in\b|_?classPrivate(?:Field|Method)|_class_private_|__private(?:Get|Set|Add|Method)\b/u;

/** Facts about classes, found out once for each. No getter is called and nothing of the class runs. */
export class ClassBook {
  private readonly known = new WeakMap<object, ClassFacts>();

  constructor(private readonly hasRules: HasRules = () => false) {}

  of(prototype: object): ClassFacts {
    const known = this.known.get(prototype);
    if (known !== undefined) return known;
    const facts = this.find(prototype);
    this.known.set(prototype, facts);
    return facts;
  }

  private find(prototype: object): ClassFacts {
    const chain = chainOf(prototype);
    if (chain === undefined) return BEHIND_A_PROXY;
    const constructor = constructorOf(prototype);
    let hidesState = false;
    let hasAccessors = false;
    let more: string | undefined;
    for (const each of chain) {
      const own = constructorOf(each);
      if (own !== undefined && isNative(own)) break;
      if (own !== undefined) hidesState ||= PRIVATE.test(sourceOf(own));
      hasAccessors ||= someAccessor(each);
      more ??= this.moreThanPlain(each, own);
    }
    return {
      name: nameOf(constructor),
      usedUp: usedUp(prototype),
      hidesState,
      hasAccessors,
      more,
      isBuiltIn: constructor !== undefined && isNative(constructor),
    };
  }

  private moreThanPlain(prototype: object, constructor: object | undefined): string | undefined {
    const keys = Reflect.ownKeys(prototype).filter((key) => key !== 'constructor');
    if (keys.includes('toJSON')) return 'toJSON';
    if (keys.length > 0) return 'methods';
    return constructor !== undefined && this.hasRules(constructor) ? 'rules of class-transformer' : undefined;
  }
}

/** Nothing is known of such a class. */
export const BEHIND_A_PROXY: ClassFacts = {
  name: 'a class behind a Proxy',
  usedUp: undefined,
  hidesState: true,
  hasAccessors: true,
  more: 'methods',
  isBuiltIn: false,
};

/** The prototype and those behind it. `undefined` where one of them is a Proxy, which is not touched. */
function chainOf(prototype: object): object[] | undefined {
  const chain: object[] = [];
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (types.isProxy(at)) return undefined;
    chain.push(at);
  }
  return chain;
}

/** By their methods, and not by their class: there are several packages for each. */
function usedUp(prototype: object): string | undefined {
  const has = (...keys: PropertyKey[]): boolean => keys.every((key) => key in prototype);
  if (has('then')) return 'a promise, or a query that runs when it is awaited';
  if (has('subscribe', 'pipe')) return 'an Observable';
  if (has('bodyUsed')) return 'a Request or Response';
  if (has('on', 'emit')) return has('pipe') ? 'a stream' : 'an event emitter';
  if (has('getReader') || has('getWriter')) return 'a stream';
  if (has(Symbol.asyncIterator)) return 'an async iterator';
  return has(Symbol.iterator, 'next') ? 'an iterator' : undefined;
}

function someAccessor(prototype: object): boolean {
  return Object.values(Object.getOwnPropertyDescriptors(prototype)).some(
    // What has no `writable` is one.
    ({ writable }) => writable === undefined,
  );
}

function constructorOf(prototype: object): object | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof value === 'function' ? value : undefined;
}

function isNative(constructor: object): boolean {
  return !types.isProxy(constructor) && sourceOf(constructor).endsWith('{ [native code] }');
}

/** Read from its descriptor: a class may have a static `name` that is an accessor. */
function nameOf(constructor: object | undefined): string {
  const name: unknown = constructor && Object.getOwnPropertyDescriptor(constructor, 'name')?.value;
  return typeof name === 'string' && name !== '' ? name : 'a class without a name';
}
