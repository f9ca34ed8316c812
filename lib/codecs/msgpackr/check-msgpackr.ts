import { ByteWalk } from '../byte-walk.js';
import { CodecProblem } from '../failures.js';
import { MAX_BIGINT_BYTES, MAX_DEPTH, MAX_NAMES } from './limits.js';

/** Extensions of msgpackr that `MsgpackrCodec` writes. */
const EXTENSION = { undefined: 0x00, bigint: 0x42, record: 0x72, set: 0x73, typedArray: 0x74, date: 0xff } as const;

/** Of the kinds of typed arrays, as msgpackr numbers them; the last two are ArrayBuffer and DataView. */
const ELEMENT_SIZES = new Map([1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8].map((size, kind): [number, number] => [kind, size]));

/** What follows the first byte of each scalar, in bytes. */
const SCALARS = new Map([
  [0xc0, 0],
  [0xc2, 0],
  [0xc3, 0],
  [0xca, 4],
  [0xcb, 8],
  [0xcc, 1],
  [0xcd, 2],
  [0xce, 4],
  [0xcf, 8],
  [0xd0, 1],
  [0xd1, 2],
  [0xd2, 4],
  [0xd3, 8],
]);

/** The first bytes of what has a length, with the bytes that the length takes. */
const BINARY = new Map([
  [0xc4, 1],
  [0xc5, 2],
  [0xc6, 4],
]);
const TEXT = new Map([
  [0xd9, 1],
  [0xda, 2],
  [0xdb, 4],
]);
const EXTENSIONS = new Map([
  [0xc7, 1],
  [0xc8, 2],
  [0xc9, 4],
]);
const ARRAY = new Map([
  [0xdc, 2],
  [0xdd, 4],
]);
const MAP = new Map([
  [0xde, 2],
  [0xdf, 4],
]);

/**
 * Whether bytes are one value of the kind that `MsgpackrCodec` writes, and nothing after it. Makes no value: it only
 * walks over the heads, so that msgpackr afterwards meets no length that is not there, no record that was not defined,
 * no reference, and no extension with a behaviour.
 *
 * @throws CodecProblem
 */
export function checkMsgpackr(bytes: Uint8Array): void {
  const walk = new MsgpackrWalk(bytes);
  walk.item(0);
  walk.assertEnd();
}

class MsgpackrWalk extends ByteWalk {
  /** How many properties each record has, by its number. */
  private readonly records = new Map<number, number>();

  item(depth: number): void {
    const first = this.uint(1);
    if (first < 0x40 || first >= 0xe0) return;
    if (first < 0x80) return this.record(first, depth);
    if (first < 0x90) return this.items(2 * (first & 0x0f), depth);
    if (first < 0xa0) return this.items(first & 0x0f, depth);
    if (first < 0xc0) return this.text(first & 0x1f);
    const scalar = SCALARS.get(first);
    if (scalar !== undefined) return this.skip(scalar);
    this.long(first, depth);
  }

  private long(first: number, depth: number): void {
    const [binary, text, array, map, extension] = [BINARY, TEXT, ARRAY, MAP, EXTENSIONS].map((kind) => kind.get(first));
    if (binary !== undefined) this.skip(this.uint(binary));
    else if (text !== undefined) this.text(this.uint(text));
    else if (array !== undefined) this.items(this.uint(array), depth);
    else if (map !== undefined) this.items(2 * this.uint(map), depth);
    else if (extension !== undefined) this.extension(this.uint(extension));
    else if (first === 0xd4) this.short(depth);
    else if (first > 0xd4 && first <= 0xd8) this.fixed(1 << (first - 0xd4));
    else throw new CodecProblem(`0x${first.toString(16)} begins no value, at byte ${this.position - 1}`);
  }

  /** An extension with one byte: what it is of may follow. */
  private short(depth: number): void {
    const type = this.uint(1);
    const argument = this.uint(1);
    if (type === EXTENSION.undefined && argument === 0) return;
    if (type === EXTENSION.date && argument === 0xff) return;
    if (type === EXTENSION.record && argument >= 0x40 && argument < 0x80) return this.definition(argument, depth);
    if (type === EXTENSION.bigint) return;
    if (type === EXTENSION.set && argument === 0) return this.items(this.arrayLength(), depth);
    throw this.unknown(type);
  }

  private extension(length: number): void {
    const type = this.uint(1);
    if (type === EXTENSION.date && length === 12) return this.skip(length);
    if (type === EXTENSION.bigint && length > 0) {
      if (length > MAX_BIGINT_BYTES) throw new CodecProblem('a bigint that is too large');
      return this.skip(length);
    }
    if (type !== EXTENSION.typedArray || length === 0) throw this.unknown(type);
    const kind = this.uint(1);
    const size = kind === 0x10 || kind === 0x11 ? 1 : ELEMENT_SIZES.get(kind);
    if (size === undefined || (length - 1) % size !== 0) throw this.unknown(type);
    this.skip(length - 1);
  }

  private fixed(length: number): void {
    const type = this.uint(1);
    const isDate = type === EXTENSION.date && (length === 4 || length === 8);
    if (!isDate && type !== EXTENSION.bigint) throw this.unknown(type);
    this.skip(length);
  }

  /** Names, once for all objects of the shape; the values of the first of them follow. */
  private definition(record: number, depth: number): void {
    const names = this.arrayLength();
    if (names > MAX_NAMES) throw new CodecProblem(`an object of more than ${MAX_NAMES} properties`);
    for (let i = 0; i < names; i++) this.name();
    this.records.set(record, names);
    this.items(names, depth);
  }

  private name(): void {
    const first = this.uint(1);
    const size = TEXT.get(first);
    if (size === undefined && (first < 0xa0 || first >= 0xc0))
      throw new CodecProblem('a property name that is no string');
    const length = size === undefined ? first & 0x1f : this.uint(size);
    const from = this.position;
    this.text(length);
    if (length === 9 && this.bytes.toString('latin1', from, this.position) === '__proto__') {
      throw new CodecProblem('a property __proto__');
    }
  }

  private record(record: number, depth: number): void {
    const names = this.records.get(record);
    if (names === undefined) throw new CodecProblem(`a record that was not defined, at byte ${this.position - 1}`);
    this.items(names, depth);
  }

  private arrayLength(): number {
    const first = this.uint(1);
    if (first >= 0x90 && first < 0xa0) return first & 0x0f;
    const size = ARRAY.get(first);
    if (size === undefined) throw new CodecProblem(`no array where one has to be, at byte ${this.position - 1}`);
    return this.uint(size);
  }

  private items(count: number, depth: number): void {
    this.enter(count, depth, MAX_DEPTH);
    for (let i = 0; i < count; i++) this.item(depth + 1);
  }

  private unknown(type: number): CodecProblem {
    return new CodecProblem(`an extension of type 0x${type.toString(16)} that is not for it, at byte ${this.position}`);
  }
}
