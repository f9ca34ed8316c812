import { types } from 'node:util';

import { opaqueTag, tagOf } from '../opaque.js';
import { view } from '../utf8.js';
import { BINARY_KINDS, inLittleEndian, KIND_OF_BINARY } from './binary-kinds.js';
import { ERRORS, EXT, HIDDEN_IN_ERRORS } from './format.js';
import type { TokenWriter } from './token-writer.js';

/** What is needed of the writer whose message the object becomes a part of. `depth` counts the objects around. */
export interface ObjectWriter {
  readonly out: TokenWriter;
  value(value: unknown, depth: number): void;
  properties(object: object, names: readonly string[], depth: number): void;
  /** Says where the members that are written next belong, for messages. */
  at(depth: number, step: string | number): void;
  problem(what: string, depth: number): Error;
}

/**
 * Writes an object that is neither an array nor plain. `false`: it is an instance of some class that has nothing but
 * properties, and is written like a plain object.
 *
 * The tests look at what an object is, not at its class: they hold for subclasses, and across realms (`node:vm`, jest).
 */
export function writeExtension(writer: ObjectWriter, object: object, depth: number): boolean {
  if (types.isDate(object)) writeDate(writer, object);
  else if (types.isMap(object)) writeMap(writer, object, depth);
  else if (types.isSet(object)) writeSet(writer, object, depth);
  else if (Buffer.isBuffer(object)) writer.out.bin(object);
  else if (ArrayBuffer.isView(object)) writeBinary(writer, object, view(object as Uint8Array), depth);
  else if (types.isArrayBuffer(object)) writeBinary(writer, object, new Uint8Array(object), depth);
  else if (isError(object)) writeError(writer, object, depth);
  else if (types.isRegExp(object)) writeRegExp(writer, object);
  else {
    const tag = opaqueTag(object);
    if (tag !== undefined) throw writer.problem(`a ${tag}`, depth);
    return false;
  }
  return true;
}

function writeDate(writer: ObjectWriter, date: Date): void {
  writer.out.token8(0xd7, EXT.date);
  writer.out.f64(Date.prototype.getTime.call(date));
}

function writeMap(writer: ObjectWriter, map: ReadonlyMap<unknown, unknown>, depth: number): void {
  writer.out.nested(EXT.map, () => {
    let entry = 0;
    Map.prototype.forEach.call(map, (value: unknown, key: unknown) => {
      writer.at(depth, entry++);
      writer.value(key, depth + 1);
      writer.value(value, depth + 1);
    });
  });
}

function writeSet(writer: ObjectWriter, set: ReadonlySet<unknown>, depth: number): void {
  writer.out.nested(EXT.set, () => {
    let element = 0;
    Set.prototype.forEach.call(set, (value: unknown) => {
      writer.at(depth, element++);
      writer.value(value, depth + 1);
    });
  });
}

function writeRegExp(writer: ObjectWriter, regexp: RegExp): void {
  writer.out.nested(EXT.regexp, () => {
    writer.out.text(regexp.source);
    writer.out.text(regexp.flags);
  });
}

function writeBinary(writer: ObjectWriter, object: object, bytes: Uint8Array, depth: number): void {
  const kind = KIND_OF_BINARY.get(tagOf(object));
  const elementSize = kind === undefined ? undefined : BINARY_KINDS[kind]?.elementSize;
  if (kind === undefined || elementSize === undefined) throw writer.problem(`a ${tagOf(object)}`, depth);
  writer.out.extension(EXT.bytes, Buffer.concat([Buffer.of(kind), inLittleEndian(bytes, elementSize)]));
}

/** A DOMException (AbortError, TimeoutError) is no native error, and in another realm no instance either. */
const isError = (object: object): object is Error =>
  types.isNativeError(object) || object instanceof Error || tagOf(object) === 'DOMException';

/** Everything that the error has of its own, but the stack: it is long, names files, and is this process's affair. */
function writeError(writer: ObjectWriter, error: Error, depth: number): void {
  const kind = Math.max(
    ERRORS.findIndex((Type) => Type !== Error && error instanceof Type),
    0,
  );
  const names = new Set(Object.getOwnPropertyNames(error).filter((name) => isCarried(error, name)));
  // A class sets them on its prototype as well, or answers them from there (DOMException).
  if (error.name !== ERRORS[kind]?.name) names.add('name');
  if (error.message !== '') names.add('message');
  writer.out.nested(EXT.error, () => {
    writer.out.u8(kind);
    writer.properties(error, [...names], depth);
  });
}

const isCarried = (error: Error, name: string): boolean =>
  name !== 'stack' && (HIDDEN_IN_ERRORS.has(name) || Object.prototype.propertyIsEnumerable.call(error, name));
