import type { Timers } from '../../common/timers.js';

/** A moment, by both clocks. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * From when until when hits may be answered from memory, by two clocks. The monotonic one may stand still while a
 * machine sleeps, and the time of day may be set: a lease is over as soon as either says so.
 */
export class LeaseTerm {
  private from: Moment = NEVER;
  private until: Moment = NEVER;

  constructor(private readonly timers: Pick<Timers, 'now' | 'wall'>) {}

  moment(): Moment {
    return { monotonic: this.timers.now(), wall: this.wallTime() };
  }

  extend(from: Moment, ms: number): void {
    this.from = from;
    this.until = { monotonic: from.monotonic + ms, wall: from.wall + ms };
  }

  end(): void {
    this.from = NEVER;
    this.until = NEVER;
  }

  /** The monotonic time now, within the term; -1 outside of it. */
  within(): number {
    const now = this.timers.now();
    if (now >= this.until.monotonic || now < this.from.monotonic) return -1;
    const wall = this.wallTime();
    return wall < this.until.wall && wall >= this.from.wall ? now : -1;
  }

  private wallTime(): number {
    return this.timers.wall?.() ?? Date.now();
  }
}

const NEVER: Moment = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
