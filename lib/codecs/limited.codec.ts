import type { CasCodec, CodecContext } from '../contracts/codec.js';
import { CasConfigError } from '../errors.js';
import { CodecProblem, decodeFailure, encodeFailure } from './failures.js';
import { keepsClassOf } from './keeps-class.js';

/** Bytes, positive integers. `maxBytes` is for both ways; the others are for one and go before it. */
export interface LimitedCodecOptions {
  readonly maxBytes?: number | undefined;
  readonly maxEncodeBytes?: number | undefined;
  readonly maxDecodeBytes?: number | undefined;
}

/**
 * Refuses to write, and to look at, encoded values above a size. Around a `CompressedCodec` it measures the compressed
 * bytes, inside of one the plain bytes.
 */
export class LimitedCodec<V = unknown> implements CasCodec<V> {
  readonly keepsClasses: boolean;
  private readonly maxEncodeBytes: number;
  private readonly maxDecodeBytes: number;

  /** @throws CasConfigError */
  constructor(
    private readonly inner: CasCodec<V>,
    options: LimitedCodecOptions,
  ) {
    this.keepsClasses = inner.keepsClasses === true;
    const { maxBytes, maxEncodeBytes = maxBytes, maxDecodeBytes = maxBytes } = options;
    if (maxEncodeBytes === undefined && maxDecodeBytes === undefined) {
      throw new CasConfigError('LimitedCodec has no limit: set maxBytes, or maxEncodeBytes and maxDecodeBytes.');
    }
    this.maxEncodeBytes = limit('maxEncodeBytes', maxEncodeBytes);
    this.maxDecodeBytes = limit('maxDecodeBytes', maxDecodeBytes);
  }

  keepsClass(prototype: object): boolean {
    return keepsClassOf(this.inner, prototype);
  }

  /** @throws CasEncodeError when the encoded value is larger than the limit */
  encode(value: V, context: CodecContext): Uint8Array {
    const bytes = this.inner.encode(value, context);
    if (bytes.byteLength <= this.maxEncodeBytes) return bytes;
    const problem = new CodecProblem(`it takes ${bytes.byteLength} bytes, and ${this.maxEncodeBytes} are allowed`);
    throw encodeFailure('LimitedCodec', problem, 'Cache less under this key, or raise the limit.');
  }

  /** @throws CasDecodeError when there are more bytes than the limit, before anything reads them */
  decode(bytes: Uint8Array, context: CodecContext): V {
    if (bytes.byteLength <= this.maxDecodeBytes) return this.inner.decode(bytes, context);
    const problem = new CodecProblem(`there are ${bytes.byteLength}, and ${this.maxDecodeBytes} are allowed`);
    throw decodeFailure('LimitedCodec', problem);
  }
}

function limit(name: string, bytes = Number.POSITIVE_INFINITY): number {
  if (bytes === Number.POSITIVE_INFINITY || (Number.isSafeInteger(bytes) && bytes > 0)) return bytes;
  throw new CasConfigError(`LimitedCodec: ${name} must be a positive integer of bytes.`);
}
