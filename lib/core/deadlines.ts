import { AsyncResource } from 'node:async_hooks';

/** The timers of the platform, so that a test can drive them. `now` is monotonic, in milliseconds. */
export interface Timers {
  now(): number;
  /** The time of day, in milliseconds since 1970. Default: `Date.now`. */
  wall?(): number;
  set(callback: () => void, ms: number): TimerHandle;
  /**
   * Calls back once what has arrived from the network was handed out. A timer that rings after the process was busy for
   * long comes before the replies that have been waiting in the sockets.
   */
  afterArrivals?(callback: () => void): void;
}

export interface TimerHandle {
  ref(): unknown;
  unref(): unknown;
  /** Calls it off. */
  close?(): unknown;
}

/** Beyond this, 24 days, Node rings at once. What is further away rings then, too early; a deadline is looked at again. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The context of no request. Work in the background outlives the one that happened to set it going, and would keep what
 * that one had in its context (`AsyncLocalStorage`) for as long, and log and trace in its name.
 */
const NO_REQUEST = new AsyncResource('CasCacheTimers');

/** Runs what is nobody's in particular. */
export function outsideRequests<T>(work: () => T): T {
  return NO_REQUEST.runInAsyncScope(work);
}

export const SYSTEM_TIMERS: Timers = Object.freeze({
  now: () => performance.now(),
  wall: () => Date.now(),
  set: (callback: () => void, ms: number) =>
    NO_REQUEST.runInAsyncScope(() => setTimeout(callback, Math.min(ms, LONGEST_TIMER))),
  afterArrivals: (callback: () => void) => void setImmediate(callback),
});

/** Operations that have ended and may stay in the queue, beyond as many as still wait. */
const MOST_OVER = 1_000;

interface Pending {
  readonly due: number;
  /** Dropped when the work settles, so that a settled operation holds nothing but its place in the queue. */
  expire: (() => void) | undefined;
}

/**
 * One deadline for every operation of a cache, without a timer for each: all of them last equally long, so the oldest is
 * the first to run out, and a single timer set to it is enough.
 */
export class Deadlines {
  private queue: Pending[] = [];
  private waiting = 0;
  /** How many of the queue have ended. */
  private over = 0;
  private timer: TimerHandle | undefined;

  constructor(
    readonly timeoutMs: number,
    private readonly timers: Timers = SYSTEM_TIMERS,
  ) {}

  /**
   * The work's own end, or that of `expired` when the work has not ended in time. What the work does after that is
   * ignored; `expired` may throw.
   *
   * @param failed what an error of the work comes to; without it, the error
   */
  guard<T>(work: PromiseLike<T>, expired: () => T, failed?: (cause: unknown) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const pending: Pending = {
        due: this.timers.now() + this.timeoutMs,
        expire: () => {
          try {
            resolve(expired());
          } catch (cause) {
            reject(cause);
          }
        },
      };
      this.enqueue(pending);
      work.then(
        (value) => {
          this.leave(pending);
          resolve(value);
        },
        (cause: unknown) => {
          // It has expired, and was reported.
          if (pending.expire === undefined) return;
          this.leave(pending);
          if (failed === undefined) reject(cause);
          else resolve(failed(cause));
        },
      );
    });
  }

  private enqueue(pending: Pending): void {
    this.queue.push(pending);
    this.waiting++;
    if (this.timer === undefined) this.arm(this.timeoutMs);
    else if (this.waiting === 1) this.timer.ref();
  }

  private leave(pending: Pending): void {
    this.end(pending);
    if (this.over <= this.waiting + MOST_OVER) return;
    // With a long timeout, most of the queue is work that has ended: it does not stay until it would have been due.
    this.queue = this.queue.filter(({ expire }) => expire !== undefined);
    this.over = 0;
  }

  private end(pending: Pending): void {
    if (pending.expire === undefined) return;
    pending.expire = undefined;
    this.over++;
    // Nobody waits: the timer may still fire, but keeps no process alive.
    if (--this.waiting === 0) this.timer?.unref();
  }

  private arm(ms: number): void {
    this.timer = this.timers.set(() => this.ring(), Math.min(Math.max(1, Math.ceil(ms)), LONGEST_TIMER));
  }

  private ring(): void {
    if (this.timers.afterArrivals === undefined) this.sweep();
    else this.timers.afterArrivals(() => this.sweep());
  }

  private sweep(): void {
    const now = this.timers.now();
    let ended = 0;
    let pending = this.queue[ended];
    while (pending !== undefined && (pending.expire === undefined || pending.due <= now)) {
      const { expire } = pending;
      this.end(pending);
      expire?.();
      pending = this.queue[++ended];
    }
    this.queue.splice(0, ended);
    this.over -= ended;
    // Only now: an operation that began because another expired must not have set a second timer.
    this.timer = undefined;
    if (pending !== undefined) this.arm(pending.due - now);
  }
}
