import type { CasCodec } from '../contracts/codec.js';
import { CodecProblem, decodeFailure, encodeFailure } from './failures.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

const ADVICE = 'StringCodec stores well-formed strings: give the namespace the MsgpackCodec for anything else.';

/**
 * Strings as UTF-8, nothing lost. Refused: what is no string, and strings with lone surrogates, which have no UTF-8.
 */
export class StringCodec implements CasCodec<string> {
  readonly keepsClasses: boolean = false;

  /** @throws CasEncodeError */
  encode(value: string): Uint8Array {
    try {
      if (typeof value !== 'string') throw new CodecProblem(`it is a ${typeof value}`);
      return encodeUtf8(value);
    } catch (cause) {
      throw encodeFailure('StringCodec', cause, ADVICE);
    }
  }

  /** @throws CasDecodeError */
  decode(bytes: Uint8Array): string {
    try {
      return decodeUtf8(bytes);
    } catch (cause) {
      throw decodeFailure('StringCodec', cause);
    }
  }
}
