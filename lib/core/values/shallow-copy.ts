import type { ObjectKind } from './object-kind.js';

/**
 * What of an object can be copied without looking at the objects that it holds. The prototype of a subclass, its own
 * properties and everything held come later.
 */
export const BEGINNINGS: Readonly<Record<Exclude<ObjectKind, 'opaque'>, (original: object) => object>> = Object.freeze({
  record: (original) => ({ ...original }),
  // `slice` on a subclass would run its constructor.
  array: (original) =>
    Object.getPrototypeOf(original) === Array.prototype ? (original as unknown[]).slice() : ([] as unknown[]),
  date: (original) => new Date(Date.prototype.getTime.call(original as Date)),
  map: () => new Map(),
  set: () => new Set(),
  regexp: (original) => {
    const { source, flags, lastIndex } = original as RegExp;
    return Object.assign(new RegExp(source, flags), { lastIndex });
  },
  error: () => new Error(),
  // By the type's own constructor, so that a Buffer leaves Node's pool: a kept slice of the pool would keep all of it.
  'typed-array': (original) => {
    const name = (original as Uint8Array)[Symbol.toStringTag];
    return new (Reflect.get(globalThis, name) as new (from: object) => object)(original);
  },
  'array-buffer': (original) => ownBytes(original as ArrayBuffer, 0, (original as ArrayBuffer).byteLength),
  'data-view': (original) => {
    const { buffer, byteOffset, byteLength } = original as DataView;
    return new DataView(ownBytes(buffer, byteOffset, byteLength));
  },
  url: (original) => new URL(original as URL),
  'url-search-params': (original) => new URLSearchParams(original as URLSearchParams),
});

function ownBytes(buffer: ArrayBufferLike, offset: number, length: number): ArrayBuffer {
  return new Uint8Array(new Uint8Array(buffer, offset, length)).buffer;
}
