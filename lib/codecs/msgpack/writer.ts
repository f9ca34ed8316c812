import { CodecProblem, describePath } from '../failures.js';
import { EXT, FIRST_ROOT, MAX_DEPTH } from './format.js';
import { writeExtension } from './extension-writer.js';
import type { ObjectWriter } from './extension-writer.js';
import { TokenWriter } from './token-writer.js';

/** Writes one value, once. A writer has the state of one message: which objects were met, and where it is. */
export class MsgpackWriter implements ObjectWriter {
  readonly out = new TokenWriter();
  private readonly met = new Map<object, number>();
  private readonly path: (string | number)[] = [];

  /** @throws CodecProblem for what cannot be carried; whatever a getter of the value throws. */
  write(value: unknown): Buffer {
    this.value(value, 0);
    const bytes = this.out.taken();
    const [first] = bytes;
    return first !== undefined && first < FIRST_ROOT ? Buffer.of(0xcc, first) : bytes;
  }

  /** @param depth how many objects are around the value */
  value(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        this.out.text(value);
        return;
      case 'number':
        this.out.number(value);
        return;
      case 'boolean':
        this.out.u8(value ? 0xc3 : 0xc2);
        return;
      case 'object':
        if (value === null) this.out.u8(0xc0);
        else this.object(value, depth);
        return;
      case 'undefined':
        this.out.token16(0xd4, EXT.undefined << 8);
        return;
      case 'bigint':
        this.out.bigint(value);
        return;
      case 'symbol':
      case 'function':
        throw this.problem(`a ${typeof value}`, depth);
    }
  }

  properties(object: object, names: readonly string[], depth: number): void {
    this.out.count(names.length, 0x80, 0xde);
    for (const name of names) {
      this.out.text(name);
      this.path[depth] = name;
      this.value((object as Readonly<Record<string, unknown>>)[name], depth + 1);
    }
  }

  /** Says where the members that are written next belong. */
  at(depth: number, step: string | number): void {
    this.path[depth] = step;
  }

  problem(what: string, depth: number): CodecProblem {
    return new CodecProblem(`${what} at ${describePath(this.path.slice(0, depth))}`);
  }

  private object(object: object, depth: number): void {
    const earlier = this.met.get(object);
    if (earlier !== undefined) {
      this.out.token8(0xd6, EXT.same);
      this.out.u32(earlier);
      return;
    }
    if (depth >= MAX_DEPTH) throw this.problem(`more than ${MAX_DEPTH} objects in each other`, 8);
    this.met.set(object, this.met.size);
    if (Array.isArray(object)) {
      this.array(object, depth);
      return;
    }
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype === Object.prototype || prototype === null || !writeExtension(this, object, depth)) {
      this.properties(object, Object.keys(object), depth);
    }
  }

  private array(array: readonly unknown[], depth: number): void {
    const { length } = array;
    this.out.count(length, 0x90, 0xdc);
    for (let i = 0; i < length; i++) {
      this.path[depth] = i;
      this.value(array[i], depth + 1);
    }
  }
}
