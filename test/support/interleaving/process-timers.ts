import type { TimerHandle, Timers } from '../../../lib/common/timers.js';

interface Alarm {
  readonly due: number;
  readonly ring: () => void;
}

/** The timers of one process. They ring when an actor says so, the earliest first, and time passes only then. */
export class ProcessTimers implements Timers {
  private readonly alarms: Alarm[] = [];

  /**
   * @param clock of several processes, where time passes in all of them
   * @param callsOff whether timers can be called off
   */
  constructor(
    private readonly clock = { time: 0 },
    private readonly callsOff = false,
  ) {}

  now(): number {
    return this.clock.time;
  }

  wall(): number {
    return this.clock.time;
  }

  set(ring: () => void, ms: number): TimerHandle {
    const alarm = { due: this.clock.time + ms, ring };
    this.alarms.push(alarm);
    if (!this.callsOff) return HANDLE;
    return {
      ...HANDLE,
      close: () => void this.alarms.splice(0, Infinity, ...this.alarms.filter((one) => one !== alarm)),
    };
  }

  /** When the next of them is going to ring. */
  get nextDue(): number {
    return Math.min(...this.alarms.map(({ due }) => due));
  }

  /** What is due meanwhile rings when it is asked to: the process was busy. */
  pass(ms: number): void {
    this.clock.time += ms;
  }

  /** What is due by now. */
  ringDue(): void {
    while (this.nextDue <= this.clock.time) this.ringNext();
  }

  ringNext(): void {
    const [next] = this.alarms.toSorted((one, other) => one.due - other.due);
    if (next === undefined) return;
    this.alarms.splice(this.alarms.indexOf(next), 1);
    this.clock.time = Math.max(this.clock.time, next.due);
    next.ring();
  }
}

const HANDLE: TimerHandle = { ref: () => undefined, unref: () => undefined };
