import { isUtf8 } from 'node:buffer';

import { CodecProblem } from '../failures.js';
import { view } from '../utf8.js';
import type { KeyCache } from './key-cache.js';

const WINDOW = 4096;
/** V8 copies slices of up to 12 characters; longer ones would keep the window alive. */
const SHORT = 12;

/** Bytes that are read from front to back, big-endian, and never beyond the end. */
export class ByteSource {
  position = 0;
  private readonly bytes: Buffer;
  private readonly numbers: DataView;
  private end: number;
  /** A part of the bytes as latin1, which ASCII is the same in. */
  private window = '';
  private windowAt = 0;

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
    if (byteLength <= SHORT && this.isAscii(from, to)) return this.shortText(from, to);
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

  private isAscii(from: number, to: number): boolean {
    let bits = 0;
    for (let i = from; i < to; i++) bits |= this.bytes[i] as number;
    return bits <= 0x7f;
  }

  /** A call into native code for every short text would be most of the work; this makes one for all within a window. */
  private shortText(from: number, to: number): string {
    if (from < this.windowAt || to > this.windowAt + this.window.length) {
      this.windowAt = from;
      this.window = this.bytes.toString('latin1', from, Math.min(from + WINDOW, this.bytes.length));
    }
    return this.window.slice(from - this.windowAt, to - this.windowAt);
  }

  private advance(count: number): number {
    this.expect(count);
    const from = this.position;
    this.position = from + count;
    return from;
  }
}
