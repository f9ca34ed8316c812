/** The slot of a key by the specification of Redis Cluster, written independently of the library. */
export function clusterSlot(key: string): number {
  const [, tag] = /^[^{]*\{([^}]+)\}/s.exec(key) ?? [];
  return crc16(Buffer.from(tag ?? key)) % 16_384;
}

/** CRC-16/XMODEM. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
