import type { Redis } from 'ioredis';

/** What is looked at of a client: its socket, and what ends that. */
interface Ending {
  readonly stream: { readonly destroyed: boolean } | undefined;
  readonly connector: { disconnectTimeout?: number };
}

/**
 * Ends the connection for good. ioredis sets a timer that destroys a socket which does not close; it keeps the process
 * alive for its whole time where the socket is closed already, since what calls it off is the event of that.
 */
export function leave(redis: Redis): void {
  if (redis.status === 'end') return;
  const { stream, connector } = redis as unknown as Ending;
  if (stream?.destroyed) connector.disconnectTimeout = 0;
  redis.disconnect();
}
