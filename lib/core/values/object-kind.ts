import { types } from 'node:util';

/**
 * What an object is by its internal slots, whatever its prototype says and whichever realm it came from.
 * - `record`: properties and a prototype, no more that can be seen: plain objects and class instances.
 * - `opaque`: its state cannot be read from outside (promises, weak collections, platform objects such as `Blob`).
 */
export type ObjectKind =
  | 'record'
  | 'array'
  | 'date'
  | 'map'
  | 'set'
  | 'regexp'
  | 'error'
  | 'typed-array'
  | 'array-buffer'
  | 'data-view'
  | 'url'
  | 'url-search-params'
  | 'opaque';

export function kindOf(value: object): ObjectKind {
  if (Array.isArray(value)) return 'array';
  // One look at the tag settles nearly every class instance. Brand checks cost some tens of nanoseconds each.
  const tag = Object.prototype.toString.call(value);
  return tag === '[object Object]' ? 'record' : brandOf(value, tag.slice('[object '.length, -1));
}

function brandOf(value: object, tag: string): ObjectKind {
  if (types.isDate(value)) return 'date';
  if (types.isMap(value)) return 'map';
  if (types.isSet(value)) return 'set';
  if (types.isTypedArray(value)) return 'typed-array';
  if (types.isNativeError(value)) return 'error';
  if (types.isRegExp(value)) return 'regexp';
  if (types.isArrayBuffer(value)) return 'array-buffer';
  if (types.isDataView(value)) return 'data-view';
  if (value instanceof URL) return 'url';
  if (value instanceof URLSearchParams) return 'url-search-params';
  return isOpaque(value, tag) ? 'opaque' : 'record';
}

/** A class of the user's may have a tag too (decimal.js does): only a class that is the platform's own is opaque. */
function isOpaque(value: object, tag: string): boolean {
  if (types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value)) return true;
  if (types.isBoxedPrimitive(value) || types.isSharedArrayBuffer(value) || types.isGeneratorObject(value)) return true;
  let named: unknown = globalThis;
  for (const part of tag.split('.')) {
    if ((typeof named !== 'object' && typeof named !== 'function') || named === null) return false;
    named = Reflect.get(named, part);
  }
  const prototype: unknown = typeof named === 'function' ? named.prototype : undefined;
  return typeof prototype === 'object' && prototype !== null && Object.prototype.isPrototypeOf.call(prototype, value);
}
