import { MsgpackCodec } from 'nestjs-cascache';
import type { CasCodec } from 'nestjs-cascache';

/**
 * Tells how many values came out of Redis. The process holds values, so that only what Redis answers is decoded; and
 * once what it is given, to hold what any replica would get.
 */
export class CountingCodec implements CasCodec {
  readonly keepsClasses = false;
  private readonly inner = new MsgpackCodec();
  private encoded = 0;
  private decoded = 0;

  get fromRedis(): number {
    return this.decoded - this.encoded;
  }

  encode(value: unknown): Uint8Array {
    this.encoded++;
    return this.inner.encode(value);
  }

  decode(bytes: Uint8Array): unknown {
    this.decoded++;
    return this.inner.decode(bytes);
  }
}
