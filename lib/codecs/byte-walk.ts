import { isUtf8 } from 'node:buffer';
import { CodecProblem } from './failures.js';
import { view } from './utf8.js';

/**
 * Walks over bytes of unknown origin and makes no value of them.
 *
 * @throws CodecProblem, each step
 */
export class ByteWalk {
  position = 0;
  protected readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = view(bytes);
  }

  assertEnd(): void {
    if (this.position !== this.bytes.length) {
      throw new CodecProblem(`there is more after the value, from byte ${this.position}`);
    }
  }

  /**
   * Every item takes a byte at least, so that no more of them can follow than there are bytes.
   *
   * @param mostDepth how many may be in each other
   */
  protected enter(items: number, depth: number, mostDepth: number): void {
    if (depth >= mostDepth) throw new CodecProblem(`more than ${mostDepth} objects are in each other`);
    this.expect(items);
  }

  protected text(length: number): void {
    const from = this.position;
    this.skip(length);
    if (!isUtf8(this.bytes.subarray(from, this.position))) {
      throw new CodecProblem(`a string that is not UTF-8, at byte ${from}`);
    }
  }

  /** Exact for lengths; an integer or a float of 8 bytes is only stepped over. */
  protected uint(size: number): number {
    this.expect(size);
    const from = this.position;
    this.position += size;
    if (size === 8) return this.bytes.readUInt32BE(from) * 0x1_0000_0000 + this.bytes.readUInt32BE(from + 4);
    return this.bytes.readUIntBE(from, size);
  }

  protected skip(length: number): void {
    this.expect(length);
    this.position += length;
  }

  protected expect(count: number): void {
    if (count > this.bytes.length - this.position) {
      throw new CodecProblem(`they end too early: ${count} bytes are missing from byte ${this.position} on`);
    }
  }
}
