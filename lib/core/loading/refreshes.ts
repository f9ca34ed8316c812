import { outsideRequests } from '../../common/timers.js';
import type { Loads, Plan } from './loads.js';
import type { Reporter } from '../support/reporter.js';

/** After a refresh has failed, hits of its keys are served for so long before another is begun. */
const PAUSE_MS = 1_000;
/** Beyond this many, those that failed first are tried again earlier. */
const MOST_KEYS = 1_000;

/**
 * Loads keys anew for callers that come later, on behalf of no caller. One load of a key at a time is enough; and while
 * the source is down, not every hit has to ask it.
 */
export class Refreshes<V> {
  /** Until when the keys are left alone whose refresh has failed. */
  private readonly pauses = new Map<string, number>();

  constructor(
    private readonly loads: Loads<V>,
    private readonly reporter: Reporter,
  ) {}

  /** Whether a refresh of the key may be begun. */
  isWanted(key: string, generation: number): boolean {
    return !this.isPausing(key) && this.loads.find(key, generation) === undefined;
  }

  /** @param plan of keys that are wanted */
  begin(plan: Plan<V>): void {
    const keys = [...plan.observed.keys()];
    outsideRequests(() => {
      const load = this.loads.start({ ...plan, refreshes: true });
      load.goOnUnattended((cause) => {
        for (const key of keys) this.pause(key);
        this.reporter.fault('refresh', keys.length === 1 ? keys[0] : undefined, cause);
      });
    });
  }

  private isPausing(key: string): boolean {
    const until = this.pauses.get(key);
    if (until === undefined) return false;
    if (this.now() < until) return true;
    this.pauses.delete(key);
    return false;
  }

  private now(): number {
    const { timers } = this.loads;
    return timers.age?.() ?? timers.now();
  }

  private pause(key: string): void {
    this.pauses.delete(key);
    this.pauses.set(key, this.now() + PAUSE_MS);
    const [oldest] = this.pauses.keys();
    if (this.pauses.size > MOST_KEYS && oldest !== undefined) this.pauses.delete(oldest);
  }
}
