import { attempt } from '../../common/attempt.js';
import type { Timers } from '../../common/timers.js';

/** What is done again after some time, or when the cache closes, if that is earlier. */
export class LaterWork {
  private readonly due = new Set<() => Promise<void>>();

  constructor(private readonly timers: Timers) {}

  /** @param work reports by itself what fails, and has it retried */
  add(work: () => Promise<void>, ms: number): void {
    const once = async (): Promise<void> => {
      if (this.due.delete(once)) await attempt(work);
    };
    this.due.add(once);
    this.timers.set(() => void once(), ms).unref();
  }

  /** Does all of it now. */
  async hurry(): Promise<void> {
    await Promise.all([...this.due].map((work) => work()));
  }
}
