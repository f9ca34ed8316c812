import { ByteWalk } from '../byte-walk.js';
import { CodecProblem } from '../failures.js';
import { MAX_BIGINT_BYTES, MAX_DEPTH, TYPED_ARRAY_TAGS } from './limits.js';

const TAG = { epoch: 1, positive: 2, negative: 3, set: 258, map: 259 } as const;

/** The major types of RFC 8949. */
const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

interface Head {
  readonly major: number;
  readonly info: number;
  readonly argument: number;
}

/**
 * Whether bytes are one CBOR item of the kind that `CborCodec` writes, and nothing after it. Makes no value: it only
 * walks over the heads, so that the decoder afterwards meets no length that is not there and no tag with a behaviour.
 *
 * @throws CodecProblem
 */
export function checkCbor(bytes: Uint8Array): void {
  const walk = new CborWalk(bytes);
  walk.item(0);
  walk.assertEnd();
}

class CborWalk extends ByteWalk {
  item(depth: number): void {
    const head = this.head();
    switch (head.major) {
      case MAJOR.bytes:
        this.skip(head.argument);
        break;
      case MAJOR.text:
        this.text(head.argument);
        break;
      case MAJOR.array:
        this.items(head.argument, depth);
        break;
      case MAJOR.map:
        this.properties(head.argument, depth);
        break;
      case MAJOR.tag:
        this.tagged(head.argument, depth);
        break;
      case MAJOR.simple:
        if (head.info < 20 || head.info === 24) throw new CodecProblem(`an unassigned value at byte ${this.position}`);
        break;
      default: // An integer is all head.
    }
  }

  private tagged(tag: number, depth: number): void {
    const head = this.head();
    const elementSize = TYPED_ARRAY_TAGS.get(tag);
    if (tag === TAG.epoch && isDateNumber(head)) return;
    if (tag === TAG.set && head.major === MAJOR.array) this.items(head.argument, depth);
    else if (tag === TAG.map && head.major === MAJOR.map) this.items(head.argument * 2, depth);
    else if ((tag === TAG.positive || tag === TAG.negative) && head.major === MAJOR.bytes) {
      if (head.argument > MAX_BIGINT_BYTES) throw new CodecProblem('a bigint that is too large');
      this.skip(head.argument);
    } else if (elementSize !== undefined && head.major === MAJOR.bytes && head.argument % elementSize === 0) {
      this.skip(head.argument);
    } else throw new CodecProblem(`an item under tag ${tag} that is not for it, at byte ${this.position}`);
  }

  private items(count: number, depth: number): void {
    this.enter(count, depth, MAX_DEPTH);
    for (let i = 0; i < count; i++) this.item(depth + 1);
  }

  private properties(count: number, depth: number): void {
    this.enter(count * 2, depth, MAX_DEPTH);
    for (let i = 0; i < count; i++) {
      const key = this.head();
      if (key.major !== MAJOR.text) throw new CodecProblem('a property name that is no string');
      const from = this.position;
      this.text(key.argument);
      if (key.argument === 9 && this.bytes.toString('latin1', from, this.position) === '__proto__') {
        throw new CodecProblem('a property __proto__');
      }
      this.item(depth + 1);
    }
  }

  private head(): Head {
    const first = this.uint(1);
    const major = first >> 5;
    const info = first & 0x1f;
    if (info < 24) return { major, info, argument: info };
    if (info > 27) throw new CodecProblem(`an item of indefinite length at byte ${this.position - 1}`);
    return { major, info, argument: this.uint(1 << (info - 24)) };
  }
}

/** An integer of up to 32 bits, or a float. */
const isDateNumber = ({ major, info }: Head): boolean =>
  major === MAJOR.simple ? info >= 25 : (major === MAJOR.unsigned || major === MAJOR.negative) && info < 27;
