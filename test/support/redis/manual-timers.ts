import type { Timers } from '../../../lib/redis/scripts/timers.js';

interface Due {
  at: number;
  readonly every: number | undefined;
  readonly work: () => void;
}

/** Timers of a connection that go on only when they are told to. */
export class ManualTimers implements Timers {
  private now = 0;
  private readonly due = new Set<Due>();

  get pending(): number {
    return this.due.size;
  }

  after(ms: number, work: () => void): () => void {
    return this.add({ at: this.now + ms, every: undefined, work });
  }

  every(ms: number, work: () => void): () => void {
    return this.add({ at: this.now + ms, every: ms, work });
  }

  advance(ms: number): void {
    this.now += ms;
    for (const timer of this.due) {
      if (timer.at > this.now) continue;
      if (timer.every === undefined) this.due.delete(timer);
      else timer.at += timer.every;
      timer.work();
    }
  }

  private add(timer: Due): () => void {
    this.due.add(timer);
    return () => this.due.delete(timer);
  }
}
