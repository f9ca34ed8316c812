import type { Redis } from 'ioredis';
import { now, runEvery } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';

/** What is looked at of a client: the commands that wait for a reply, the oldest first, and the socket. */
interface Wire {
  readonly commandQueue: { peekFront(): unknown };
  readonly stream: { destroy(error: Error): unknown } | undefined;
}

/** Looks in this part of the timeout: that much later than after the timeout a dead peer may be noticed. */
const SHARE = 4;

/**
 * Takes over what ioredis calls `socketTimeout`: a peer that has not answered the oldest command for so long is dead,
 * and the connection is made anew. There it is a timer for every command, the dearest part of a lone read; here it is a
 * look at the queue now and then.
 *
 * @returns how to end it
 */
export function watchForDeadPeer(redis: Redis, timers: Timers): () => void {
  const { socketTimeout } = redis.options;
  if (socketTimeout === undefined) return () => undefined;
  redis.options.socketTimeout = undefined;
  const interval = Math.max(1, Math.ceil(socketTimeout / SHARE));
  let oldest: unknown;
  let since = 0;
  let looked = now();
  return runEvery(timers, interval, () => {
    const { commandQueue, stream } = redis as unknown as Wire;
    const time = now();
    const first = commandQueue.peekFront();
    // A process that stood still has not read what came meanwhile.
    const stoodStill = time - looked >= socketTimeout;
    looked = time;
    if (first !== oldest || stoodStill) since = time;
    oldest = first;
    if (first === undefined || time - since < socketTimeout) return;
    oldest = undefined;
    stream?.destroy(new Error(`the server did not answer for ${socketTimeout} ms`));
  });
}
