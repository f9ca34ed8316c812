/**
 * Where the bytes of a value will be, or were, stored: `single:<namespace>:<key>`. A value in a bulk frame has it too.
 */
export interface CodecContext {
  readonly storageKey: string;
}

/**
 * Turns values into bytes and back. Synchronous: a value is encoded between two store calls.
 *
 * - `decode(encode(v))` equals `v` up to what the codec documents as lost.
 * - `encode` throws for what it cannot carry, and the caller sees that; it never stores something else in its place.
 * - `decode` is given bytes from a store, so anything at all: it throws for what it did not write, and neither hangs,
 *   nor allocates by an unchecked count, nor touches a prototype.
 * - `decode` does not keep `bytes` (or views of them) in what it returns: they belong to the provider.
 */
export interface CasCodec<V = unknown> {
  encode(value: V, context: CodecContext): Uint8Array;
  decode(bytes: Uint8Array, context: CodecContext): V;
  /**
   * Whether class instances come back as such. When it is not `true`, an instance whose class matters is not cached,
   * unless the namespace lists its class.
   */
  readonly keepsClasses?: boolean;
  /** For a codec with `keepsClasses` that keeps some classes only: whether it keeps that of this prototype. */
  keepsClass?(prototype: object): boolean;
}
