import { LONGEST_TIMER, SYSTEM_TIMERS } from '../../common/timers.js';
import type { TimerHandle, Timers } from '../../common/timers.js';

/** An operation that is waited for, between those that began before and after it. */
interface Pending {
  readonly due: number;
  /** Dropped when the work settles. */
  expire: (() => void) | undefined;
  earlier: Pending | undefined;
  later: Pending | undefined;
}

/**
 * One deadline for every operation of a cache, without a timer for each: all of them last equally long, so the oldest
 * is the first to run out, and a single timer set to it is enough.
 *
 * They stand in a list of links, and not in an array from which the ended are swept later: what is still in it when the
 * young are collected grows old, and V8 then allocates all of its kind, and what they hold, among the old, where they
 * cost many times as much.
 */
export class Deadlines {
  private oldest: Pending | undefined;
  private newest: Pending | undefined;
  private timer: TimerHandle | undefined;
  /** Whether the timer keeps the process alive. */
  private holds = false;
  private holdsSoon = false;

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
      const pending = this.enter(() => {
        try {
          resolve(expired());
        } catch (cause) {
          reject(cause);
        }
      });
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

  private enter(expire: () => void): Pending {
    const { newest } = this;
    const pending = { due: this.timers.now() + this.timeoutMs, expire, earlier: newest, later: undefined };
    this.newest = pending;
    if (newest !== undefined) newest.later = pending;
    else {
      this.oldest = pending;
      if (this.timer === undefined) this.arm(this.timeoutMs);
      else this.holdSoon();
    }
    return pending;
  }

  private leave(pending: Pending): void {
    if (pending.expire === undefined) return;
    pending.expire = undefined;
    const { earlier, later } = pending;
    if (earlier === undefined) this.oldest = later;
    else earlier.later = later;
    if (later === undefined) this.newest = earlier;
    else later.earlier = earlier;
    pending.earlier = undefined;
    pending.later = undefined;
    if (this.oldest === undefined) this.holdSoon();
  }

  private arm(ms: number): void {
    this.timer = this.timers.set(() => this.ring(), Math.min(Math.max(1, Math.ceil(ms)), LONGEST_TIMER));
    this.holds = true;
  }

  /**
   * The timer keeps the process alive while a caller waits, and only then. Looked at once a tick: an operation that
   * ends within the tick, and one that begins when the one before it has ended, need no call to the platform.
   */
  private holdSoon(): void {
    if (this.holdsSoon) return;
    if (this.timers.atEndOfTick === undefined) return this.hold();
    this.holdsSoon = true;
    this.timers.atEndOfTick(this.hold);
  }

  private readonly hold = (): void => {
    this.holdsSoon = false;
    const isWaitedFor = this.oldest !== undefined;
    if (this.timer === undefined || this.holds === isWaitedFor) return;
    this.holds = isWaitedFor;
    if (isWaitedFor) this.timer.ref();
    else this.timer.unref();
  };

  private ring(): void {
    if (this.timers.afterArrivals === undefined) this.sweep();
    else this.timers.afterArrivals(() => this.sweep());
  }

  private sweep(): void {
    const now = this.timers.now();
    for (let pending = this.oldest; pending !== undefined && pending.due <= now; pending = this.oldest) {
      const { expire } = pending;
      this.leave(pending);
      expire?.();
    }
    // Only now: an operation that began because another expired must not have set a second timer.
    this.timer = undefined;
    if (this.oldest !== undefined) this.arm(this.oldest.due - now);
  }
}
