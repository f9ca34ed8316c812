import { CasConfigError } from '../../errors.js';
import { className } from './decorated-methods.js';

// eslint-disable-next-line typescript/no-explicit-any -- any method
export type AnyMethod = (this: unknown, ...args: any[]) => any;

const GENERATORS = ['[object GeneratorFunction]', '[object AsyncGeneratorFunction]'];

/** Where a decorator was put, once it is known that it can do its work there. */
export interface DecorationSite {
  readonly prototype: object;
  readonly name: string | symbol;
  readonly method: AnyMethod;
  /** `UserRepository.find`, for messages. */
  readonly label: string;
  /** Puts another function into the place of the method. */
  readonly replace: (method: AnyMethod) => void;
}

/**
 * Checks that a decorator stands on a method of a class.
 *
 * @throws CasConfigError for static methods, accessors, fields, and decorators of the other (ECMAScript) kind
 */
export function decorationSite(
  decorator: string,
  target: unknown,
  name: unknown,
  descriptor: PropertyDescriptor | undefined,
): DecorationSite {
  if (typeof name === 'object' && name !== null && 'kind' in name) {
    throw new CasConfigError(
      `${decorator} was applied as an ECMAScript decorator: set "experimentalDecorators" to true in tsconfig.json, as NestJS needs it.`,
    );
  }
  if (typeof target === 'function' && name === undefined) {
    throw new CasConfigError(
      `${decorator} stands on the class ${target.name || '(anonymous class)'}: put it on the methods that it is about.`,
    );
  }
  const key = name as string | symbol;
  if (typeof target === 'function') {
    throw new CasConfigError(
      `${decorator} on ${target.name}.${String(key)}: a static method belongs to no instance, so nothing can be injected for it. Make it an instance method.`,
    );
  }
  const prototype = target as object;
  const label = `${className(prototype) || '(anonymous class)'}.${String(key)}`;
  const method: unknown = descriptor?.value;
  if (descriptor === undefined || typeof method !== 'function') {
    throw new CasConfigError(`${decorator} on ${label}: only methods can be decorated, not fields or accessors.`);
  }
  if (GENERATORS.includes(Object.prototype.toString.call(method))) {
    throw new CasConfigError(
      `${decorator} on ${label}: a generator is read once and while it runs, so it cannot be cached or waited for. Decorate a method that returns a promise of all that it yields.`,
    );
  }
  const replace = (replacement: AnyMethod): void => {
    descriptor.value = replacement;
  };
  return { prototype, name: key, method: method as AnyMethod, label, replace };
}

/**
 * Makes `replacement` look like `method` to everything that reads a function: its name, its length, its own properties,
 * and the metadata of decorators below this one. Those above it find the replacement.
 */
export function standInFor<F extends AnyMethod>(method: AnyMethod, replacement: F): F {
  const { prototype: _, ...own } = Object.getOwnPropertyDescriptors(method) as PropertyDescriptorMap;
  Object.defineProperties(replacement, own);
  for (const key of Reflect.getOwnMetadataKeys(method) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), replacement);
  }
  return replacement;
}
