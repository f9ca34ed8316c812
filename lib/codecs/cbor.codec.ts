import { Decoder, Encoder } from 'cbor-x';

import type { CasCodec } from '../contracts/codec.js';
import { checkCbor } from './cbor/check-cbor.js';
import { refuseWhatCborLoses } from './cbor/refuse-what-cbor-loses.js';
import { decodeFailure, encodeFailure } from './failures.js';
import { view } from './utf8.js';

const ADVICE = 'Cache what CBOR has, or give the namespace the MsgpackCodec, which carries more.';

/**
 * CBOR (RFC 8949) with cbor-x: for entries that programs in other languages read. Values are standard CBOR, without the
 * records and the packing that are cbor-x's own.
 *
 * Comes back as it was: null, `undefined`, booleans, numbers, well-formed strings, bigints (up to 4096 bytes), arrays,
 * plain objects, Date, Map, Set, Buffer, typed arrays.
 *
 * Lost: -0 becomes 0; classes; shared references (each becomes a copy); symbol keys and holes.
 *
 * Refused, because cbor-x would change or drop them: functions, symbols, cycles and more than 500 objects in each
 * other, lone surrogates, a property `__proto__`, errors, RegExp, ArrayBuffer and DataView, subclasses of Array and
 * Map, iterable class instances, promises and the like.
 *
 * Bytes are checked before cbor-x sees them: it would follow references, definitions of records and shared tables in
 * bytes of unknown origin.
 */
export class CborCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses: boolean = false;
  private readonly encoder = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: true });
  private readonly decoder = new Decoder({ useRecords: false, mapsAsObjects: true, copyBuffers: true });

  /** @throws CasEncodeError */
  encode(value: V): Uint8Array {
    try {
      refuseWhatCborLoses(value);
      // cbor-x writes one message after the other into a buffer of its own.
      return Buffer.from(this.encoder.encode(value));
    } catch (cause) {
      throw encodeFailure('CborCodec', cause, ADVICE);
    }
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array): V {
    try {
      checkCbor(bytes);
      return this.decoder.decode(view(bytes)) as V;
    } catch (cause) {
      throw decodeFailure('CborCodec', cause);
    }
  }
}
