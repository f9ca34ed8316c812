import { CodecProblem } from '../failures.js';
import { ByteSource } from './byte-source.js';
import { defineOwn } from './define-own.js';
import { FIRST_ROOT, MAX_DEPTH } from './format.js';
import type { KeyCache } from './key-cache.js';
import { readExtension } from './extension-reader.js';
import type { ObjectReader } from './extension-reader.js';

/**
 * Reads one message, once. Every length is checked against the bytes that are there before anything is read or made, a
 * property is defined rather than assigned where its name could reach a prototype, and nothing is kept of the bytes.
 */
export class MsgpackReader implements ObjectReader {
  readonly source: ByteSource;
  /** The objects of the message so far: what `SAME` counts. */
  private readonly met: object[] = [];

  constructor(
    bytes: Uint8Array,
    private readonly keys: KeyCache,
  ) {
    this.source = new ByteSource(bytes);
  }

  /** @throws CodecProblem, or an error of the platform (`RangeError`, `SyntaxError`) */
  read(): unknown {
    if (this.source.peek() < FIRST_ROOT)
      throw new CodecProblem('they begin like text, or like a number of another library');
    const value = this.value(0);
    if (!this.source.atEnd())
      throw new CodecProblem(`there is more after the value, from byte ${this.source.position}`);
    return value;
  }

  value(depth: number): unknown {
    const { source } = this;
    const token = source.u8();
    if (token < 0x80) return token;
    if (token >= 0xe0) return token - 0x100;
    if (token < 0x90) return this.object(token & 0x0f, depth);
    if (token < 0xa0) return this.array(token & 0x0f, depth);
    if (token < 0xc0) return source.text(token & 0x1f);
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.bin(source.u8());
      case 0xc5:
        return this.bin(source.u16());
      case 0xc6:
        return this.bin(source.u32());
      case 0xc7:
        return readExtension(this, source.u8(), depth);
      case 0xc8:
        return readExtension(this, source.u16(), depth);
      case 0xc9:
        return readExtension(this, source.u32(), depth);
      case 0xca:
        return source.f32();
      case 0xcb:
        return source.f64();
      case 0xcc:
        return source.u8();
      case 0xcd:
        return source.u16();
      case 0xce:
        return source.u32();
      case 0xcf:
        return source.u64();
      case 0xd0:
        return (source.u8() << 24) >> 24;
      case 0xd1:
        return (source.u16() << 16) >> 16;
      case 0xd2:
        return source.u32() | 0;
      case 0xd3:
        return source.i64();
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return readExtension(this, 1 << (token - 0xd4), depth);
      case 0xd9:
        return source.text(source.u8());
      case 0xda:
        return source.text(source.u16());
      case 0xdb:
        return source.text(source.u32());
      case 0xdc:
        return this.array(source.u16(), depth);
      case 0xdd:
        return this.array(source.u32(), depth);
      case 0xde:
        return this.object(source.u16(), depth);
      case 0xdf:
        return this.object(source.u32(), depth);
      default:
        throw new CodecProblem(`an unknown token at byte ${source.position - 1}`);
    }
  }

  /** Counts an object, before its members are read. */
  begin<T extends object>(object: T, depth: number): T {
    if (depth >= MAX_DEPTH) throw new CodecProblem(`more than ${MAX_DEPTH} objects are in each other`);
    this.met.push(object);
    return object;
  }

  same(index: number): object {
    const object = this.met[index];
    if (object === undefined) throw new CodecProblem('a reference to an object that was not there before');
    return object;
  }

  properties(depth: number, define: (name: string, value: unknown) => void): void {
    for (let left = this.mapHeader(); left > 0; left--) {
      const name = this.name();
      define(name, this.value(depth + 1));
    }
  }

  private object(count: number, depth: number): object {
    const object = this.begin<Record<string, unknown>>({}, depth);
    // Every name and every value takes a byte at least.
    this.source.expect(count * 2);
    for (let i = 0; i < count; i++) {
      const name = this.name();
      const value = this.value(depth + 1);
      if (name === '__proto__') defineOwn(object, name, value);
      else object[name] = value;
    }
    return object;
  }

  private array(count: number, depth: number): unknown[] {
    this.source.expect(count);
    // Grown as elements arrive: arrays in each other could each claim all the bytes that are left.
    const array = this.begin<unknown[]>([], depth);
    for (let i = 0; i < count; i++) array.push(this.value(depth + 1));
    return array;
  }

  private bin(length: number): Buffer {
    return this.begin(Buffer.from(this.source.raw(length)), 0);
  }

  private mapHeader(): number {
    const token = this.source.u8();
    if (token === 0xde) return this.source.u16();
    if (token === 0xdf) return this.source.u32();
    if (token < 0x80 || token > 0x8f) throw new CodecProblem('something else where properties must stand');
    return token & 0x0f;
  }

  private name(): string {
    const known = this.source.key(this.keys);
    if (known !== undefined) return known;
    const name = this.value(0);
    if (typeof name !== 'string') throw new CodecProblem('a property name that is no string');
    return name;
  }
}
