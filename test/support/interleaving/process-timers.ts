import type { TimerHandle, Timers } from '../../../lib/common/timers.js';

interface Alarm {
  readonly due: number;
  readonly ring: () => void;
}

/** The timers of one process. They ring when an actor says so, the earliest first, and time passes only then. */
export class ProcessTimers implements Timers {
  private time = 0;
  private readonly alarms: Alarm[] = [];

  now(): number {
    return this.time;
  }

  wall(): number {
    return this.time;
  }

  set(ring: () => void, ms: number): TimerHandle {
    this.alarms.push({ due: this.time + ms, ring });
    return HANDLE;
  }

  /** When the next of them is going to ring. */
  get nextDue(): number {
    return Math.min(...this.alarms.map(({ due }) => due));
  }

  /** What is due meanwhile rings when it is asked to: the process was busy. */
  pass(ms: number): void {
    this.time += ms;
  }

  ringNext(): void {
    const [next] = this.alarms.toSorted((one, other) => one.due - other.due);
    if (next === undefined) return;
    this.alarms.splice(this.alarms.indexOf(next), 1);
    this.time = Math.max(this.time, next.due);
    next.ring();
  }
}

const HANDLE: TimerHandle = { ref: () => undefined, unref: () => undefined };
