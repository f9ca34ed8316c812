import type { CasCodec } from '../contracts/codec.js';
import { decodeFailure, encodeFailure } from './failures.js';
import { KeyCache } from './msgpack/key-cache.js';
import { MsgpackReader } from './msgpack/reader.js';
import { MsgpackWriter } from './msgpack/writer.js';

const ADVICE = 'Cache plain data: leave that part out, or turn it into something that can be stored.';

/**
 * MessagePack for everything that JavaScript data is made of. The default codec.
 *
 * Comes back as it was: null, booleans, numbers (NaN, infinities and -0 too), strings (lone surrogates too), bigints of
 * any size, `undefined` as a property or element, arrays, plain objects (an own `__proto__` too), Date (invalid ones
 * too), RegExp, Map, Set, ArrayBuffer, DataView, typed arrays, Buffer, errors with their name, message, cause, errors
 * and own properties; shared references and cycles.
 *
 * Lost: classes (an instance comes back as a plain object, a subclass of a built-in as the built-in; see `ClassCodec`),
 * `toJSON` (it is not called), getters and frozenness (values are stored), properties that are symbols or not
 * enumerable, extra properties of arrays and of built-ins, holes in arrays (`undefined` afterwards), stacks of errors,
 * `lastIndex` of a RegExp, one buffer under several views (each gets its own).
 *
 * Refused: functions, symbols, objects that hold what is no property (promises, WeakMaps, URLs, boxed primitives,
 * SharedArrayBuffers, ...), more than 1000 objects in each other.
 *
 * The bytes are MessagePack; what it has no type for is an extension (`msgpack/format.ts`). Any MessagePack of other
 * libraries without extensions is read too, but for an integer below 128 as the whole message.
 */
export class MsgpackCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses: boolean = false;
  private readonly keys = new KeyCache();

  /** @throws CasEncodeError */
  encode(value: V): Uint8Array {
    try {
      return new MsgpackWriter().write(value);
    } catch (cause) {
      throw encodeFailure('MsgpackCodec', cause, ADVICE);
    }
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array): V {
    try {
      return new MsgpackReader(bytes, this.keys).read() as V;
    } catch (cause) {
      throw decodeFailure('MsgpackCodec', cause);
    }
  }
}
