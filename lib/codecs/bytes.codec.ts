import type { CasCodec } from '../contracts/codec.js';
import { CodecProblem, encodeFailure } from './failures.js';

const ADVICE = 'BytesCodec stores Buffers and Uint8Arrays: wrap other views in a Uint8Array, or choose another codec.';

/**
 * Bytes as they are. A Uint8Array comes back as a Buffer. Any bytes are a value, so nothing is ever undecodable.
 *
 * Both ways copy: the caller may write into its bytes while an entry still waits for the generation store, and what a
 * provider hands out is not ours to give away.
 */
export class BytesCodec implements CasCodec<Uint8Array> {
  readonly keepsClasses: boolean = false;

  /** @throws CasEncodeError */
  encode(value: Uint8Array): Uint8Array {
    if (!(value instanceof Uint8Array)) {
      throw encodeFailure('BytesCodec', new CodecProblem('it is not a Uint8Array'), ADVICE);
    }
    return Buffer.from(value);
  }

  decode(bytes: Uint8Array): Buffer {
    return Buffer.from(bytes);
  }
}
