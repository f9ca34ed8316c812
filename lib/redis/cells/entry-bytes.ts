/** Redis takes no longer value, and drops the connection that sends one (`proto-max-bulk-len`). */
const MAX_BYTES = 512 * 1024 * 1024;

export function fits(entry: Uint8Array): boolean {
  return entry.byteLength <= MAX_BYTES;
}

/** The same memory as a Buffer: of any other array, ioredis would send a text. */
export function asBuffer(entry: Uint8Array): Buffer {
  return Buffer.isBuffer(entry) ? entry : Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
}
