import type { TimerHandle, Timers } from '../../../lib/core/deadlines.js';

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

  ringNext(): void {
    const [next] = this.alarms.toSorted((one, other) => one.due - other.due);
    if (next === undefined) return;
    this.alarms.splice(this.alarms.indexOf(next), 1);
    this.time = next.due;
    next.ring();
  }
}

const HANDLE: TimerHandle = { ref: () => undefined, unref: () => undefined };
