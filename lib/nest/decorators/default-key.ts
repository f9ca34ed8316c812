import { hash } from 'node:crypto';
import { CasConfigError, CasKeyError } from '../../errors.js';
import { assertKey } from '../../keys/assert-key.js';
import { stableKey } from '../../keys/stable-key.js';
import { className, labelOf } from './decorated-methods.js';
import type { CachedMethod } from './decorated-methods.js';

/** Arguments that would make a key longer than this stand in it by their hash. Characters. */
const LONGEST_READABLE = 512;

const IDENTIFIER = /^[\w$]+$/;

/**
 * The key of a call: what the method's own key function answers, or the default key.
 *
 * @throws CasKeyError naming class and method: for arguments that no key can be built from, and for what is no key
 */
export function keyOfCall(method: CachedMethod, instance: object, args: readonly unknown[]): string {
  if (method.key === undefined) {
    return defaultKey(method, Object.getPrototypeOf(instance) as object, args, instancePart(method, instance));
  }
  return checkedKey(method.key.apply(instance, args as never[]), method, 'key');
}

/** What a function of the caller answered, if it is a key. @throws CasKeyError naming class, method and function */
export function checkedKey(key: unknown, method: Parameters<typeof labelOf>[0], from: string): string {
  try {
    assertKey(key);
    return key;
  } catch (cause) {
    throw blamed(cause, method, `${from}: `);
  }
}

/**
 * `UserRepository.find('42')`: class, method and arguments, all in one text that no other call has. The class is that
 * of the instance and, where another one declares the method, that one too
 * (`UserRepository:BaseRepository.find('42')`), so that neither two subclasses that inherit a method nor an override
 * and what it overrides share a key.
 *
 * An argument that is left out and a trailing `undefined` are the same call.
 *
 * @param prototype of the instance that the method is called on
 * @param part the one of the instance, as {@link instancePart} answers it
 * @throws CasKeyError naming class, method and argument
 */
export function defaultKey(method: CachedMethod, prototype: object, args: readonly unknown[], part: string): string {
  const prefix = keyPrefix(method, prototype) + part;
  const text = argumentsText(method, args);
  const key = `${prefix}(${text})`;
  return key.length <= LONGEST_READABLE ? key : `${prefix}#${hash('sha256', text, 'hex')}`;
}

/**
 * Whether an argument is not any more what a default key was made of: an object that the caller, or the method that ran
 * for another call, has written to since.
 */
export function argumentsChanged(method: CachedMethod, key: string, args: readonly unknown[]): boolean {
  if (method.key !== undefined || !args.some((arg) => typeof arg === 'object' && arg !== null)) return false;
  const text = textIfAny(method, args);
  return text === undefined || !(key.endsWith(`(${text})`) || key.endsWith(`#${hash('sha256', text, 'hex')}`));
}

/** `undefined` where no key can be built of them any more. */
function textIfAny(method: CachedMethod, args: readonly unknown[]): string | undefined {
  try {
    return argumentsText(method, args);
  } catch {
    return undefined;
  }
}

/**
 * What tells the instance apart from others, as its default keys have it: `['acme']`. Nothing where there is one
 * instance, or none has to be told apart.
 *
 * @throws CasKeyError naming class and method
 */
export function instancePart(method: CachedMethod, instance: object): string {
  if (typeof method.instance !== 'function') return '';
  const answer = method.instance.call(undefined, instance);
  if (answer === undefined) {
    throw new CasKeyError(
      `${labelOf(method)}: instance answered undefined, which tells nothing apart: answer what does, or null where there is none.`,
    );
  }
  const text = canonical(method, [answer], 'instance: ');
  return text.length <= LONGEST_READABLE ? `[${text}]` : `[#${hash('sha256', text, 'hex')}]`;
}

/** The default key without the arguments. */
export function keyPrefix(method: CachedMethod, prototype: object): string {
  const known = method.prefixes.get(prototype);
  if (known !== undefined) return known;
  const declaring = method.keyName ?? className(method.owner);
  if (declaring === '') {
    throw new CasConfigError(
      `@CasCached on ${labelOf(method)}: the default key begins with the name of the class, and it has none. Name it, or give \`key\` or \`keyName\`.`,
    );
  }
  const inheriting = inheritingClassOf(method, prototype);
  const owner = inheriting === undefined ? word(declaring) : `${word(inheriting)}:${word(declaring)}`;
  const prefix = `${owner}.${word(String(method.name))}`;
  method.prefixes.set(prototype, prefix);
  return prefix;
}

/** The names of classes that default keys of a method begin with, as far as no decorator gave one. */
export function classNamesIn(method: CachedMethod, prototype: object): readonly string[] {
  const inheriting = inheritingClassOf(method, prototype);
  return [
    ...(inheriting === undefined ? [] : [inheriting]),
    ...(method.keyName === undefined ? [className(method.owner)] : []),
  ];
}

/** The name of the instance's class, where another one declares the method. */
function inheritingClassOf(method: CachedMethod, prototype: object): string | undefined {
  const inheriting = nearestNamed(prototype, method.owner);
  return inheriting === method.owner ? undefined : className(inheriting);
}

/** The class of the instance. One that a class decorator put around it may have no name, and does not count. */
function nearestNamed(prototype: object, owner: object): object {
  for (
    let current: object | null = prototype;
    current !== null;
    current = Object.getPrototypeOf(current) as object | null
  ) {
    if (current === owner || (Object.hasOwn(current, 'constructor') && className(current) !== '')) return current;
  }
  return owner;
}

/** Any other text in quotes, so that it cannot pass for the punctuation around it. */
function word(name: string): string {
  return IDENTIFIER.test(name) ? name : stableKey(name);
}

function argumentsText(method: CachedMethod, args: readonly unknown[]): string {
  let { length } = args;
  while (length > 0 && args[length - 1] === undefined) length--;
  if (length === 0) return '';
  return canonical(method, args.slice(0, length), '');
}

function canonical(method: CachedMethod, parts: readonly unknown[], from: string): string {
  try {
    return stableKey(...parts);
  } catch (cause) {
    throw blamed(cause, method, from);
  }
}

function blamed(cause: unknown, method: Parameters<typeof labelOf>[0], prefix: string): unknown {
  if (!(cause instanceof CasKeyError)) return cause;
  return new CasKeyError(`${labelOf(method)}: ${prefix}${cause.message}`, { key: cause.key, cause });
}
