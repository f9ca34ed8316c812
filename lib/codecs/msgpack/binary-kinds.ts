import { endianness } from 'node:os';

interface BinaryKind {
  readonly name: string;
  readonly elementSize: number;
  make(bytes: ArrayBuffer): object;
}

type TypedArrayConstructor = (new (bytes: ArrayBuffer) => object) & {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
};

const typedArray = (Type: TypedArrayConstructor): BinaryKind => ({
  name: Type.name,
  elementSize: Type.BYTES_PER_ELEMENT,
  make: (bytes) => new Type(bytes),
});

/** Node has it from version 24 on. */
const { Float16Array } = globalThis as { readonly Float16Array?: TypedArrayConstructor };

/** The index is the kind that stands in the bytes: append, never reorder. */
export const BINARY_KINDS: readonly BinaryKind[] = [
  { name: 'ArrayBuffer', elementSize: 1, make: (bytes) => bytes },
  { name: 'DataView', elementSize: 1, make: (bytes) => new DataView(bytes) },
  typedArray(Int8Array),
  typedArray(Uint8Array),
  typedArray(Uint8ClampedArray),
  typedArray(Int16Array),
  typedArray(Uint16Array),
  typedArray(Int32Array),
  typedArray(Uint32Array),
  typedArray(Float32Array),
  typedArray(Float64Array),
  typedArray(BigInt64Array),
  typedArray(BigUint64Array),
  ...(Float16Array === undefined ? [] : [typedArray(Float16Array)]),
];

export const KIND_OF_BINARY: ReadonlyMap<string, number> = new Map(BINARY_KINDS.map(({ name }, kind) => [name, kind]));

/** A copy of the elements in little-endian order, or back from it: the same step both ways. */
export function inLittleEndian(
  bytes: Uint8Array,
  elementSize: number,
  machine = endianness(),
): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  if (machine === 'LE' || elementSize === 1) return copy;
  const elements = Buffer.from(copy.buffer);
  if (elementSize === 2) elements.swap16();
  else if (elementSize === 4) elements.swap32();
  else elements.swap64();
  return copy;
}
