import { hasLoneSurrogate } from '../utf8.js';
import { ByteWriter } from './byte-writer.js';
import { EXT } from './format.js';

/** What MessagePack knows: numbers, texts, byte strings, the headers of arrays and maps, and extensions. */
export class TokenWriter extends ByteWriter {
  text(text: string): void {
    if (text.length < 32 && this.shortAscii(text)) return;
    if (hasLoneSurrogate(text)) {
      this.extension(EXT.utf16, Buffer.from(text, 'utf16le'));
      return;
    }
    const size = Buffer.byteLength(text, 'utf8');
    if (size < 32) this.u8(0xa0 | size);
    else if (size < 0x100) this.token8(0xd9, size);
    else if (size < 0x1_0000) this.token16(0xda, size);
    else this.token32(0xdb, size);
    this.utf8(text, size);
  }

  bin(bytes: Uint8Array): void {
    const size = bytes.byteLength;
    if (size < 0x100) this.token8(0xc4, size);
    else if (size < 0x1_0000) this.token16(0xc5, size);
    else this.token32(0xc6, size);
    this.raw(bytes);
  }

  extension(type: number, body: Uint8Array): void {
    const size = body.byteLength;
    if (size < 0x100) this.token8(0xc7, size);
    else if (size < 0x1_0000) this.token16(0xc8, size);
    else this.token32(0xc9, size);
    this.u8(type);
    this.raw(body);
  }

  /** An extension whose body is written by `body`, so that its size is known only afterwards. */
  nested(type: number, body: () => void): void {
    const sizeAt = this.length + 1;
    this.token32(0xc9, 0);
    this.u8(type);
    const from = this.length;
    body();
    this.patch32(sizeAt, this.length - from);
  }

  /** The header of an array or a map. */
  count(count: number, fix: number, wide: number): void {
    if (count < 16) this.u8(fix | count);
    else if (count < 0x1_0000) this.token16(wide, count);
    else this.token32(wide + 1, count);
  }

  number(value: number): void {
    if (!Number.isInteger(value) || value > 0xffff_ffff || value < -0x8000_0000 || Object.is(value, -0)) {
      this.u8(0xcb);
      this.f64(value);
    } else if (value >= 0) {
      if (value < 0x80) this.u8(value);
      else if (value < 0x100) this.token8(0xcc, value);
      else if (value < 0x1_0000) this.token16(0xcd, value);
      else this.token32(0xce, value);
    } else if (value >= -32) this.u8(value & 0xff);
    else if (value >= -0x80) this.token8(0xd0, value & 0xff);
    else if (value >= -0x8000) this.token16(0xd1, value & 0xffff);
    else this.token32(0xd2, value >>> 0);
  }

  bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) === value) {
      this.u8(0xd3);
      this.i64(value);
    } else if (BigInt.asUintN(64, value) === value) {
      this.u8(0xcf);
      this.u64(value);
    } else {
      const hex = (value < 0n ? -value : value).toString(16);
      const magnitude = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
      this.extension(EXT.bigint, Buffer.concat([Buffer.of(value < 0n ? 1 : 0), magnitude]));
    }
  }
}
