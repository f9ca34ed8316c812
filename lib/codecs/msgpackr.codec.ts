import { Packr, Unpackr } from 'msgpackr';

import type { CasCodec } from '../contracts/codec.js';
import { CodecProblem, decodeFailure, encodeFailure } from './failures.js';
import { checkMsgpackr } from './msgpackr/check-msgpackr.js';
import { refuseWhatMsgpackrChanges } from './msgpackr/refuse-what-msgpackr-changes.js';
import { view } from './utf8.js';

const ADVICE = 'Cache plain data, or give the namespace the MsgpackCodec, which carries more.';

/**
 * Before what msgpackr wrote: no MessagePack begins with 0xC1, so that no other codec reads it, nor this one theirs.
 */
const HEADER = Buffer.of(0xc1, 0x72);

/**
 * Without references, which bytes of unknown origin could let grow without end, and with so few records that each is
 * one byte.
 */
const FORM = {
  useRecords: true,
  maxOwnStructures: 32,
  moreTypes: true,
  useBigIntExtension: true,
  copyBuffers: true,
  useToJSON: false,
} as const;

/**
 * msgpackr, for applications that have it already, and for many rows of one shape: it writes the names of an object
 * once for all objects of its shape (records).
 *
 * Comes back as it was: null, `undefined`, booleans, numbers, well-formed strings, bigints (up to 4096 bytes), arrays,
 * plain objects, Date, Map, Set, Buffer, typed arrays.
 *
 * Lost: classes; shared references (each becomes a copy); symbol keys and holes.
 *
 * Refused, because msgpackr would change or drop them: -0, functions, symbols, cycles and more than 500 objects in each
 * other, lone surrogates, a property `__proto__`, more than 10,000 properties of one object, errors, RegExp,
 * ArrayBuffer and DataView, subclasses of Array and Map, iterable class instances, promises and the like.
 *
 * Bytes are checked before msgpackr sees them. It is used without extensions of its registry, which is one for all code
 * of a process that uses the package.
 */
export class MsgpackrCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses: boolean = false;
  private readonly packr = new Packr({ ...FORM });
  private readonly unpackr = new Unpackr({ ...FORM });

  /** @throws CasEncodeError */
  encode(value: V): Uint8Array {
    try {
      refuseWhatMsgpackrChanges(value);
      // A copy: msgpackr writes one message after the other into a buffer of its own.
      return Buffer.concat([HEADER, this.packr.pack(value)]);
    } catch (cause) {
      throw encodeFailure('MsgpackrCodec', cause, ADVICE);
    }
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array): V {
    try {
      if (HEADER.compare(bytes, 0, HEADER.length) !== 0) throw new CodecProblem('another codec has written them');
      const packed = view(bytes).subarray(HEADER.length);
      checkMsgpackr(packed);
      return this.unpackr.unpack(packed) as V;
    } catch (cause) {
      throw decodeFailure('MsgpackrCodec', cause);
    }
  }
}
