/** Timers that only run when a test says so, one at a time. */
export class HandTimers {
  /** Those that were neither run nor cleared. */
  readonly pending: HandTimer[] = [];

  setTimeout(run: () => void, ms: number): HandTimer {
    const timer = new HandTimer(run, ms);
    this.pending.push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    const at = this.pending.indexOf(timer as HandTimer);
    if (at >= 0) this.pending.splice(at, 1);
  }

  /** Runs the oldest pending timer and answers the delay that it was set with. */
  runNext(): number {
    const timer = this.pending.shift();
    if (timer === undefined) throw new Error('no timer is pending');
    timer.run();
    return timer.ms;
  }
}

export class HandTimer {
  referenced = true;

  constructor(
    readonly run: () => void,
    readonly ms: number,
  ) {}

  unref(): this {
    this.referenced = false;
    return this;
  }
}
