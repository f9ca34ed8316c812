const SLOTS = 1024;
const LONGEST = 31;

/**
 * Property names that were read before, so that the same few bytes need not become a new string each time. A name is
 * answered only where all its bytes are the same: what a cache holds changes nothing but the time taken.
 */
export class KeyCache {
  private readonly slots: (string | undefined)[] = Array.from({ length: SLOTS });

  /** The bytes as a string, or undefined when they are many or not all ASCII. */
  get(bytes: Uint8Array, from: number, to: number): string | undefined {
    const length = to - from;
    if (length > LONGEST) return undefined;
    let hash = length;
    let high = 0;
    for (let i = from; i < to; i++) {
      const byte = bytes[i] as number;
      hash = (Math.imul(hash, 31) + byte) | 0;
      high |= byte;
    }
    if (high > 0x7f) return undefined;
    const slot = hash & (SLOTS - 1);
    const known = this.slots[slot];
    if (known?.length === length && isSame(known, bytes, from)) return known;
    return (this.slots[slot] = String.fromCharCode(...bytes.subarray(from, to)));
  }
}

function isSame(text: string, bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== bytes[from + i]) return false;
  }
  return true;
}
