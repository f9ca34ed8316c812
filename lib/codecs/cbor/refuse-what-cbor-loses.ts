import { types } from 'node:util';

import { CodecProblem, describePath } from '../failures.js';
import { opaqueTag, tagOf } from '../opaque.js';
import { hasLoneSurrogate } from '../utf8.js';
import { MAX_BIGINT_BYTES, MAX_DEPTH } from './limits.js';

/**
 * cbor-x writes something for nearly everything: `{}` for a DataView, an array for a subclass of Map, U+FFFD for half a
 * character. What would not come back is found here, before anything is written.
 *
 * @param path where the value is: what is around it
 * @throws CodecProblem
 */
export function refuseWhatCborLoses(value: unknown, path: (string | number)[] = []): void {
  switch (typeof value) {
    case 'string':
      if (hasLoneSurrogate(value)) refuse('a lone surrogate in a string', path);
      return;
    case 'bigint':
      if (byteLengthOf(value) > MAX_BIGINT_BYTES) refuse(`a bigint of more than ${MAX_BIGINT_BYTES} bytes`, path);
      return;
    case 'function':
    case 'symbol':
      return refuse(`a ${typeof value}`, path);
    case 'object':
      if (value !== null) refuseObject(value, path);
      return;
    default:
  }
}

function refuseObject(object: object, path: (string | number)[]): void {
  if (path.length >= MAX_DEPTH) refuse(`a cycle, or more than ${MAX_DEPTH} objects in each other`, path.slice(0, 8));
  if (types.isDate(object)) return;
  if (Array.isArray(object)) {
    if (object.constructor !== Array) refuse('a subclass of Array', path);
    members(object, path);
  } else if (types.isMap(object)) {
    if (object.constructor !== Map) refuse('a subclass of Map', path);
    members(object.keys(), path);
    members(object.values(), path);
  } else if (types.isSet(object)) members(object, path);
  else if (ArrayBuffer.isView(object)) {
    if (!CARRIED_VIEWS.has(tagOf(object))) refuse(`a ${tagOf(object)}`, path);
  } else properties(object, path);
}

function members(of: Iterable<unknown>, path: (string | number)[]): void {
  let i = 0;
  for (const member of of) {
    path.push(i++);
    refuseWhatCborLoses(member, path);
    path.pop();
  }
}

function properties(object: object, path: (string | number)[]): void {
  const tag = opaqueTag(object);
  if (tag !== undefined) refuse(`a ${tag}`, path);
  if (Symbol.iterator in object || Symbol.asyncIterator in object) refuse('an iterable object', path);
  for (const [name, value] of Object.entries(object)) {
    path.push(name);
    if (name === '__proto__') refuse('a property __proto__', path);
    if (hasLoneSurrogate(name)) refuse('a lone surrogate in a property name', path);
    refuseWhatCborLoses(value, path);
    path.pop();
  }
}

const CARRIED_VIEWS: ReadonlySet<string> = new Set(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map((Type) => Type.name),
);

const byteLengthOf = (value: bigint): number => Math.ceil(value.toString(16).length / 2);

function refuse(what: string, path: readonly (string | number)[]): never {
  throw new CodecProblem(`${what} at ${describePath(path)}`);
}
