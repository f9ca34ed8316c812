import { types } from 'node:util';

/** `Map`, `Promise`, `URL`, ...: what an object calls itself, the same for objects of every realm. */
export const tagOf = (object: object): string => Object.prototype.toString.call(object).slice('[object '.length, -1);

/**
 * The tag of an object that holds what is no property, a promise, a WeakMap, a URL or a boxed number for instance: of
 * its properties nothing but `{}` would be stored. Undefined for plain objects and instances of users' classes, also of
 * those that have a tag of their own, for they have properties too.
 *
 * Dates, maps and the other built-ins that a codec knows are opaque as well: it asks about them first.
 */
export function opaqueTag(object: object): string | undefined {
  const tag = tagOf(object);
  if (tag === 'Object' || tag === 'Array') return undefined;
  return isKnownOpaque(object) || Object.keys(object).length === 0 ? tag : undefined;
}

/** Those that may have enumerable properties, and lose what matters all the same. */
const isKnownOpaque = (object: object): boolean =>
  types.isBoxedPrimitive(object) ||
  types.isNativeError(object) ||
  object instanceof Error ||
  types.isMap(object) ||
  types.isSet(object) ||
  types.isDate(object) ||
  types.isRegExp(object) ||
  types.isPromise(object) ||
  types.isAnyArrayBuffer(object) ||
  ArrayBuffer.isView(object);
