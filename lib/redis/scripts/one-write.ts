import type { Redis } from 'ioredis';
import { atEndOfTick } from '../../common/timers.js';

/** After so many the server gets to work: it need not wait for all of a long tick. */
const MOST = 16;

/**
 * Makes the commands that a connection is sent in one tick a few writes to its socket instead of one each: where many
 * callers miss at once, those calls of the operating system are what takes longest.
 *
 * While no reply is waited for, a command is written at once: for one caller, who waits for each reply before the next
 * command, there is nothing to put together.
 */
export class OneWrite {
  private held: Redis['stream'] | undefined;
  private count = 0;

  constructor(private readonly redis: Pick<Redis, 'stream' | 'commandQueue'>) {}

  /** To be called before a command is sent. */
  join(): void {
    const { stream, commandQueue } = this.redis;
    if (this.held === undefined) {
      if (commandQueue.length > 0) this.hold(stream);
    } else if (++this.count % MOST === 0) {
      this.held.uncork();
      this.held.cork();
    }
  }

  private hold(stream: Redis['stream']): void {
    stream.cork();
    this.held = stream;
    this.count = 0;
    atEndOfTick(this.release);
  }

  private readonly release = (): void => {
    this.held?.uncork();
    this.held = undefined;
  };
}
