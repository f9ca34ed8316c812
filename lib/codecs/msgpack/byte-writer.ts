const FIRST_SIZE = 512;

/**
 * Bytes that grow as they are written, big-endian. One for each message: what `taken` answers is never written to
 * again.
 */
export class ByteWriter {
  private bytes: Buffer = Buffer.allocUnsafe(FIRST_SIZE);
  private view = viewOf(this.bytes);
  length = 0;

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Two bytes: most headers are a token and a length. */
  token8(token: number, value: number): void {
    this.reserve(2);
    this.bytes[this.length++] = token;
    this.bytes[this.length++] = value;
  }

  token16(token: number, value: number): void {
    this.reserve(3);
    this.bytes[this.length] = token;
    this.view.setUint16(this.length + 1, value);
    this.length += 3;
  }

  token32(token: number, value: number): void {
    this.reserve(5);
    this.bytes[this.length] = token;
    this.view.setUint32(this.length + 1, value);
    this.length += 5;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value);
    this.length += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value);
    this.length += 8;
  }

  i64(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.length, value);
    this.length += 8;
  }

  u64(value: bigint): void {
    this.reserve(8);
    this.view.setBigUint64(this.length, value);
    this.length += 8;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.byteLength);
    this.bytes.set(bytes, this.length);
    this.length += bytes.byteLength;
  }

  utf8(text: string, byteLength: number): void {
    this.reserve(byteLength);
    this.bytes.write(text, this.length, byteLength, 'utf8');
    this.length += byteLength;
  }

  /**
   * A text of less than 32 units with its header; or nothing at all and `false` when it is not ASCII. Spares the many
   * short strings that a value has a call into native code.
   */
  shortAscii(text: string): boolean {
    const { length: size } = text;
    this.reserve(size + 1);
    const from = this.length + 1;
    for (let i = 0; i < size; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      this.bytes[from + i] = unit;
    }
    this.bytes[this.length] = 0xa0 | size;
    this.length = from + size;
    return true;
  }

  patch32(at: number, value: number): void {
    this.view.setUint32(at, value);
  }

  taken(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.bytes.length) this.grow(needed);
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
