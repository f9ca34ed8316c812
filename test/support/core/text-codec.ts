import type { CasCodec, CodecContext } from '../../../lib/contracts/codec.js';

/** Encoding it fails. */
export const UNENCODABLE = 'cannot be encoded';

const MARK = 0x54;

/** JSON behind one byte that tells its own work from other bytes. Notes under which storage keys it was used. */
export class TextCodec implements CasCodec {
  readonly encoded: string[] = [];
  readonly decoded: string[] = [];
  keepsClasses = false;

  encode(value: unknown, context: CodecContext): Uint8Array {
    this.encoded.push(context.storageKey);
    if (value === UNENCODABLE) throw new Error('the codec refuses this value');
    return text(value);
  }

  decode(bytes: Uint8Array, context: CodecContext): unknown {
    this.decoded.push(context.storageKey);
    if (bytes[0] !== MARK) throw new Error('the codec did not write this');
    return JSON.parse(Buffer.from(bytes.subarray(1)).toString());
  }
}

/** What the codec makes of a value. */
export function text(value: unknown): Uint8Array {
  return Buffer.concat([Buffer.of(MARK), Buffer.from(JSON.stringify(value))]);
}
