import { isUtf8 } from 'node:buffer';

import { CodecProblem } from '../failures.js';
import { view } from '../utf8.js';
import type { KeyCache } from './key-cache.js';

/** Bytes that are read from front to back, big-endian, and never beyond the end. */
export class ByteSource {
  position = 0;
  private readonly bytes: Buffer;
  private readonly numbers: DataView;
  private end: number;

  constructor(bytes: Uint8Array) {
    this.bytes = view(bytes);
    this.numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
  }

  atEnd(): boolean {
    return this.position === this.end;
  }

  /** Makes sure that so many bytes are left. */
  expect(count: number): void {
    if (count > this.end - this.position) {
      throw new CodecProblem(`they end too early: ${count} bytes are missing from byte ${this.position} on`);
    }
  }

  /** Lets `read` see the next `length` bytes only, all of which it must read. */
  within<T>(length: number, read: () => T): T {
    this.expect(length);
    const outer = this.end;
    this.end = this.position + length;
    const value = read();
    if (!this.atEnd()) throw new CodecProblem(`an extension is longer than its contents, at byte ${this.position}`);
    this.end = outer;
    return value;
  }

  peek(): number {
    this.expect(1);
    return this.bytes[this.position] as number;
  }

  u8(): number {
    this.expect(1);
    return this.bytes[this.position++] as number;
  }

  u16(): number {
    return this.numbers.getUint16(this.advance(2));
  }

  u32(): number {
    return this.numbers.getUint32(this.advance(4));
  }

  u64(): bigint {
    return this.numbers.getBigUint64(this.advance(8));
  }

  i64(): bigint {
    return this.numbers.getBigInt64(this.advance(8));
  }

  f32(): number {
    return this.numbers.getFloat32(this.advance(4));
  }

  f64(): number {
    return this.numbers.getFloat64(this.advance(8));
  }

  /** A view of the next bytes: the caller copies what it keeps. */
  raw(length: number): Buffer {
    const from = this.advance(length);
    return this.bytes.subarray(from, from + length);
  }

  text(byteLength: number): string {
    const from = this.advance(byteLength);
    const to = from + byteLength;
    if (byteLength < 24) {
      let text = '';
      let i = from;
      for (; i < to; i++) {
        const byte = this.bytes[i] as number;
        if (byte > 0x7f) break;
        text += String.fromCharCode(byte);
      }
      if (i === to) return text;
    }
    const text = this.bytes.toString('utf8', from, to);
    // What is not UTF-8 becomes U+FFFD, which may as well stand in the text itself.
    if (text.includes('\ufffd') && !isUtf8(this.bytes.subarray(from, to))) {
      throw new CodecProblem(`a string that is not UTF-8, at byte ${from}`);
    }
    return text;
  }

  /** A property name, when it is a short one that the cache takes; else nothing is read. */
  key(cache: KeyCache): string | undefined {
    if (this.position >= this.end) return undefined;
    const token = this.bytes[this.position] as number;
    if (token < 0xa0 || token > 0xbf) return undefined;
    const from = this.position + 1;
    const to = from + (token & 0x1f);
    if (to > this.end) return undefined;
    const name = cache.get(this.bytes, from, to);
    if (name !== undefined) this.position = to;
    return name;
  }

  private advance(count: number): number {
    this.expect(count);
    const from = this.position;
    this.position = from + count;
    return from;
  }
}
