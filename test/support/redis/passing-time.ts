import type { Cluster, Redis } from 'ioredis';

/**
 * Makes that much time pass for an open cell, as if its server's clock had gone on: every deadline in it comes nearer,
 * and so does its expiry.
 */
export async function passTime(client: Redis | Cluster, cell: string, ms: number): Promise<void> {
  const text = await client.get(cell);
  if (!text?.startsWith('!')) return;
  const later = text.replace(/=(\d+)/g, (_, deadline) => `=${Number(deadline) - ms}`);
  const left = (await client.pttl(cell)) - ms;
  if (left > 0) await client.set(cell, later, 'PX', left);
  else await client.del(cell);
}
