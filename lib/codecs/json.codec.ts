import { types } from 'node:util';

import type { CasCodec } from '../contracts/codec.js';
import { CodecProblem, decodeFailure, describeName, encodeFailure } from './failures.js';
import { opaqueTag } from './opaque.js';
import { decodeUtf8 } from './utf8.js';

const ADVICE = 'Cache what JSON has, or give the namespace the MsgpackCodec, which carries more.';

/**
 * JSON as UTF-8: readable by anything.
 *
 * Lost, as everywhere in JSON: a Date comes back as a string, as does whatever else has a `toJSON`; properties that are
 * undefined are missing afterwards; -0 becomes 0; classes, shared references, symbol keys and holes.
 *
 * Refused, because JSON would put something else in their place: `undefined` as the value or in an array, functions,
 * symbols, bigints, NaN and infinities, invalid dates, Map, Set, RegExp, errors, buffers and typed arrays, promises and
 * the like, cycles.
 */
export class JsonCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses: boolean = false;

  /** @throws CasEncodeError */
  encode(value: V): Uint8Array {
    try {
      return Buffer.from(stringify(value), 'utf8');
    } catch (cause) {
      throw encodeFailure('JsonCodec', cause, ADVICE);
    }
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array): V {
    try {
      return parse(decodeUtf8(bytes)) as V;
    } catch (cause) {
      throw decodeFailure('JsonCodec', cause);
    }
  }
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value, guard());
  } catch (error) {
    // The platform's message quotes names of properties, which may be data, and this one may be logged.
    if (error instanceof TypeError && error.message.includes('circular')) throw new CodecProblem('a cycle');
    throw error;
  }
}

/** Sees every value before it is written, the root first, after its `toJSON`. `this` is what it is a property of. */
function guard(): (this: unknown, key: string, value: unknown) => unknown {
  let isRoot = true;
  return function refuseWhatJsonChanges(key, value) {
    const before = (this as Readonly<Record<string, unknown>>)[key];
    const what = changed(value, before, isRoot || Array.isArray(this));
    if (what !== undefined) throw new CodecProblem(isRoot ? what : `${what} in ${describeName(key)}`);
    isRoot = false;
    return value;
  };
}

/** What JSON would put something else in the place of; undefined for the rest. */
function changed(value: unknown, before: unknown, mustStand: boolean): string | undefined {
  if (types.isDate(before) && value === null) return 'an invalid date';
  if (ArrayBuffer.isView(before)) return 'a buffer';
  switch (typeof value) {
    case 'bigint':
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'undefined':
      return mustStand ? 'undefined' : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : 'a number that is not finite';
    case 'object': {
      const tag = value === null ? undefined : opaqueTag(value);
      return tag === undefined ? undefined : `a ${tag}`;
    }
    default:
      return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The platform's message quotes the text, and this one may be logged.
    const position = error instanceof Error ? / at position \d+/.exec(error.message)?.[0] : undefined;
    throw new CodecProblem(`they are not JSON${position ?? ''}`);
  }
}
