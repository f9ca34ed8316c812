import { CodecProblem } from '../failures.js';
import { BINARY_KINDS, inLittleEndian } from './binary-kinds.js';
import type { ByteSource } from './byte-source.js';
import { defineOwn } from './define-own.js';
import { ERRORS, EXT, HIDDEN_IN_ERRORS } from './format.js';

/** What is needed of the reader of a message. `depth` counts the objects around. */
export interface ObjectReader {
  readonly source: ByteSource;
  value(depth: number): unknown;
  properties(depth: number, define: (name: string, value: unknown) => void): void;
  /** Counts an object, before its members are read. */
  begin<T extends object>(object: T, depth: number): T;
  same(index: number): object;
}

/** Reads the type and the body of an extension of `length` bytes. */
export function readExtension(reader: ObjectReader, length: number, depth: number): unknown {
  const { source } = reader;
  const type = source.u8();
  return source.within(length, () => {
    switch (type) {
      case EXT.undefined:
        if (length !== 1 || source.u8() !== 0) throw new CodecProblem('a malformed undefined');
        return undefined;
      case EXT.same:
        return reader.same(source.u32());
      case EXT.date:
        return reader.begin(new Date(source.f64()), depth);
      case EXT.bigint:
        return readBigInt(source, length);
      case EXT.map:
        return readMap(reader, depth);
      case EXT.set:
        return readSet(reader, depth);
      case EXT.error:
        return readError(reader, depth);
      case EXT.regexp:
        return reader.begin(regexpOf(textOf(reader, depth), textOf(reader, depth)), depth);
      case EXT.bytes:
        return readBinary(reader, length, depth);
      case EXT.utf16:
        return source.raw(length).toString('utf16le');
      default:
        throw new CodecProblem(`an extension of unknown type ${type}`);
    }
  });
}

function readBigInt(source: ByteSource, length: number): bigint {
  const sign = source.u8();
  if (sign > 1 || length < 2) throw new CodecProblem('a malformed bigint');
  const magnitude = BigInt(`0x${source.raw(length - 1).toString('hex')}`);
  return sign === 1 ? -magnitude : magnitude;
}

function readMap(reader: ObjectReader, depth: number): Map<unknown, unknown> {
  const map = reader.begin(new Map<unknown, unknown>(), depth);
  while (!reader.source.atEnd()) {
    const key = reader.value(depth + 1);
    map.set(key, reader.value(depth + 1));
  }
  return map;
}

function readSet(reader: ObjectReader, depth: number): Set<unknown> {
  const set = reader.begin(new Set(), depth);
  while (!reader.source.atEnd()) set.add(reader.value(depth + 1));
  return set;
}

function readBinary(reader: ObjectReader, length: number, depth: number): object {
  const kind = BINARY_KINDS[reader.source.u8()];
  if (kind === undefined) throw new CodecProblem('a typed array that this version of Node does not have');
  const size = length - 1;
  if (size % kind.elementSize !== 0) throw new CodecProblem('a typed array with a part of an element');
  return reader.begin(kind.make(inLittleEndian(reader.source.raw(size), kind.elementSize).buffer), depth);
}

function readError(reader: ObjectReader, depth: number): Error {
  const Type = ERRORS[reader.source.u8()];
  if (Type === undefined) throw new CodecProblem('an error of unknown kind');
  const error = reader.begin(
    Type === AggregateError ? new AggregateError([]) : new (Type as ErrorConstructor)(),
    depth,
  );
  reader.properties(depth, (name, value) => defineOwn(error, name, value, !HIDDEN_IN_ERRORS.has(name)));
  // What stands there now are the frames of this decoder.
  defineOwn(error, 'stack', Error.prototype.toString.call(error), false);
  return error;
}

function regexpOf(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    // The platform's message quotes the source, which is a part of the value.
    throw new CodecProblem('a regular expression that this version of Node does not take');
  }
}

function textOf(reader: ObjectReader, depth: number): string {
  const text = reader.value(depth + 1);
  if (typeof text !== 'string') throw new CodecProblem('a part that must be a string');
  return text;
}
