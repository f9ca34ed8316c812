import type { Cluster, Redis } from 'ioredis';
import { outsideRequests } from '../../common/timers.js';

/**
 * Begins to connect. The connection outlives the call that happens to be the first to need it, and must not keep what
 * that call has in its context.
 */
export function startConnecting(client: Redis | Cluster): void {
  // What became of the attempt is told by events.
  outsideRequests(() => void client.connect().catch(() => undefined));
}
