import { CasConfigError } from '../../errors.js';

/** What a decorator knows of the method it stands on. */
interface DecoratedMethod {
  /** The prototype that declares the method. */
  readonly owner: object;
  readonly name: string | symbol;
  /** How many parameters the method declares before the first with a default. */
  readonly length: number;
  /** The namespace that the decorator names; `undefined` for that of the module that provides the class. */
  readonly namespace: string | undefined;
  /** The property in which an instance keeps its cache. */
  readonly binding: symbol;
  /** Those of its options that name tags. */
  readonly tagOptions: readonly TagOption[];
}

/** The options of a decorator that name tags. */
export type TagOption = 'tags' | 'tagsFrom';

export interface CachedMethod extends DecoratedMethod {
  readonly kind: 'cached';
  /** `undefined` for the default key. */
  readonly key: KeyFunction | undefined;
  /** What stands in default keys for the name of the class that declares the method. `undefined` for that name. */
  readonly keyName: string | undefined;
  /**
   * What tells the instances apart in default keys. `undefined` where the decorator does not say: then there may be one
   * only.
   */
  readonly instance: InstanceOption | undefined;
  /** For a default key: what `typeof` says of the declared type of each parameter, as far as it is known. */
  readonly types: readonly (string | undefined)[] | undefined;
  /** How its default keys begin, by the prototype of the instance. A memory, not a fact. */
  readonly prefixes: WeakMap<object, string>;
}

/** A method that takes ids and returns rows: each row is cached under a key of its own. */
export interface CachedManyMethod extends DecoratedMethod {
  readonly kind: 'cached-many';
}

export interface InvalidatingMethod extends DecoratedMethod {
  readonly kind: 'invalidating';
  /** The cached method whose key it invalidates. */
  readonly of: string | undefined;
  /** Whether it says which arguments that method was called with. */
  readonly hasArgs: boolean;
  /** Whether it runs under a write intent. */
  readonly intent: boolean;
}

/** What tells the instances of a class apart; `'shared'` where nothing does. */
// eslint-disable-next-line typescript/no-explicit-any -- checked against the class by the decorator
export type InstanceOption = 'shared' | ((self: any) => unknown);

/** Whatever the caller wrote: what it returns is checked. */
export type KeyFunction = (this: unknown, ...args: never[]) => unknown;

/** Any of them, which is told by its `kind`. */
export type Decorated = CachedMethod | CachedManyMethod | InvalidatingMethod;

const METHODS = Symbol('CAS_DECORATED_METHODS');

const TAG_OPTIONS: readonly TagOption[] = ['tags', 'tagsFrom'];

/** On the prototype, not on the function: a decorator of another library may put a function of its own in its place. */
export function addDecorated(method: Decorated): void {
  Reflect.defineMetadata(METHODS, [...ownDecorated(method.owner), method], method.owner);
}

/** Those that the prototype itself declares. */
export function ownDecorated(prototype: object): readonly Decorated[] {
  return (Reflect.getOwnMetadata(METHODS, prototype) as readonly Decorated[] | undefined) ?? [];
}

/** Those of the prototype and of all that it inherits from, nearest first. */
export function allDecorated(prototype: object | null): readonly Decorated[] {
  const found: Decorated[] = [];
  for (let current = prototype; current !== null; current = Object.getPrototypeOf(current) as object | null) {
    found.push(...ownDecorated(current));
  }
  return found;
}

/** The cached methods of one name: more than one where an override is cached too. Nearest first. */
export function cachedMethods(prototype: object | null, name: string | symbol): readonly CachedMethod[] {
  return allDecorated(prototype).filter(
    (method): method is CachedMethod => method.kind === 'cached' && method.name === name,
  );
}

/** The nearest method of that name whose rows are cached one by one, if there is one. */
export function cachedManyMethod(prototype: object | null, name: string | symbol): CachedManyMethod | undefined {
  return allDecorated(prototype).find(
    (method): method is CachedManyMethod => method.kind === 'cached-many' && method.name === name,
  );
}

/**
 * Whether a method has parameters that a call may leave out: one with a default, or a rest. Known where the compiler
 * left the types of the parameters, and not of `name?: string`, which a function's `length` counts as any other: the
 * types see that.
 */
export function hasOptionalParameters({ owner, name, length }: DecoratedMethod): boolean {
  const types: unknown = Reflect.getOwnMetadata('design:paramtypes', owner, name);
  return Array.isArray(types) && types.length > length;
}

/** The class of a prototype, by name. */
export function className(prototype: object): string {
  const { constructor } = prototype as { constructor?: unknown };
  return typeof constructor === 'function' ? constructor.name : '';
}

/**
 * The class behind a prototype: an object made from an instance by Object.create has that instance for its prototype.
 */
export function classOf(prototype: object): object {
  let current = prototype;
  while (!Object.hasOwn(current, 'constructor')) {
    const next = Object.getPrototypeOf(current) as object | null;
    if (next === null) return prototype;
    current = next;
  }
  return current;
}

/** Those that are given of the options that name tags. */
export function tagOptionsOf(options: Partial<Readonly<Record<TagOption, unknown>>>): readonly TagOption[] {
  return TAG_OPTIONS.filter((option) => options[option] !== undefined);
}

/** `UserRepository.find`, for messages. */
export function labelOf({ owner, name }: Pick<DecoratedMethod, 'owner' | 'name'>): string {
  return `${className(owner) || '(anonymous class)'}.${String(name)}`;
}

/** @throws CasConfigError for a method that is cached already */
export function checkCachedOnce(decorator: string, label: string, prototype: object, name: string | symbol): void {
  if (!ownDecorated(prototype).some((other) => other.kind !== 'invalidating' && other.name === name)) return;
  throw new CasConfigError(`${decorator} on ${label}: it is cached twice; keep one decorator.`);
}
