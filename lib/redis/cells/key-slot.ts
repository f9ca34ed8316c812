import { hashedPart } from './key-names.js';

export const SLOTS = 16_384;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The Cluster slot of a key: CRC-16 (XMODEM) of its hash tag, else of all of it, modulo 16,384. */
export function keySlot(name: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashedPart(name))) crc = ((crc << 8) ^ (TABLE[(crc >> 8) ^ byte] ?? 0)) & 0xffff;
  return crc % SLOTS;
}
