import type { TimerHandle, Timers } from '../../../lib/common/timers.js';

interface Alarm extends TimerHandle {
  readonly due: number;
  readonly ring: () => void;
  /** Whether it would keep the process alive. */
  held: boolean;
}

/** A clock that a test moves by hand. */
export class ManualTimers implements Timers {
  /** How many timers were ever set. */
  made = 0;
  /** How often a timer was told to keep the process alive, or not to. */
  calls = 0;
  /** The longest that one was set for. */
  longest = 0;
  private time = 0;
  private alarms: Alarm[] = [];

  now(): number {
    return this.time;
  }

  wall(): number {
    return 1_800_000_000_000 + this.time;
  }

  set(ring: () => void, ms: number): TimerHandle {
    this.made++;
    this.longest = Math.max(this.longest, ms);
    const alarm: Alarm = {
      due: this.time + ms,
      ring,
      held: true,
      ref: () => this.hold(alarm, true),
      unref: () => this.hold(alarm, false),
      close: () => (this.alarms = this.alarms.filter((other) => other !== alarm)),
    };
    this.alarms.push(alarm);
    return alarm;
  }

  /** Timers that would keep the process alive. */
  get holding(): number {
    return this.alarms.filter(({ held }) => held).length;
  }

  /** Timers that have not rung yet. */
  get waiting(): number {
    return this.alarms.length;
  }

  advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const next = this.alarms.toSorted((a, b) => a.due - b.due).find(({ due }) => due <= until);
      if (next === undefined) break;
      this.alarms = this.alarms.filter((alarm) => alarm !== next);
      this.time = Math.max(this.time, next.due);
      next.ring();
    }
    this.time = until;
  }

  private hold(alarm: Alarm, held: boolean): void {
    this.calls++;
    alarm.held = held;
  }
}

/** Lets everything that needs no timer run to its end. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** Time goes by, and what it sets going runs to its end meanwhile. */
export async function pass(timers: ManualTimers, ms: number, step = 50): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    timers.advance(Math.min(step, ms - passed));
    await settled();
  }
}
