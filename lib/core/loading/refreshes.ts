import { attempt } from '../../common/attempt.js';
import type { Plan } from './load-plan.js';
import type { Loads } from './loads.js';
import type { RefreshSurroundings } from './refresh-context.js';
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
  /** Keys whose load is still to be begun by the application's function. */
  private readonly beginning = new Set<string>();

  constructor(
    private readonly loads: Loads<V>,
    private readonly reporter: Reporter,
    private readonly surroundings: RefreshSurroundings,
  ) {}

  /** Whether a refresh of the key may be begun. */
  isWanted(key: string, generation: number): boolean {
    return !this.beginning.has(key) && !this.isPausing(key) && !this.loads.isLoading(key, generation);
  }

  /** @param plan a refresh of keys that are wanted */
  begin(plan: Plan<V>): void {
    const keys = [...plan.observed.keys()];
    for (const key of keys) this.note(key);
    const failed = (cause: unknown): void =>
      this.reporter.fault('refresh', keys.length === 1 ? keys[0] : undefined, cause);
    const begun = (): void => {
      for (const key of keys) this.beginning.delete(key);
    };
    const start = async (): Promise<void> => {
      begun();
      const load = this.loads.start(plan);
      load.goOnWithoutCallers((cause) => {
        this.pause(keys);
        failed(cause);
      });
      await attempt(() => load.ended);
    };
    this.surroundings.run(start, (cause, isStarted) => {
      if (!isStarted) {
        begun();
        this.pause(keys);
      }
      failed(cause);
    });
  }

  /** Whether a load of the key failed a moment ago, so that its old value is served without another try. */
  isPausing(key: string): boolean {
    const until = this.pauses.get(key);
    if (until === undefined) return false;
    if (this.now() < until) return true;
    this.pauses.delete(key);
    return false;
  }

  /** A load for a newer value of the keys has failed, behind a caller or while it waited. */
  pause(keys: readonly string[]): void {
    const until = this.now() + PAUSE_MS;
    for (const key of keys) {
      this.pauses.delete(key);
      this.pauses.set(key, until);
      const [oldest] = this.pauses.keys();
      if (this.pauses.size > MOST_KEYS && oldest !== undefined) this.pauses.delete(oldest);
    }
  }

  private note(key: string): void {
    this.beginning.add(key);
    const [oldest] = this.beginning;
    if (this.beginning.size > MOST_KEYS && oldest !== undefined) this.beginning.delete(oldest);
  }

  private now(): number {
    const { timers } = this.loads;
    return timers.age?.() ?? timers.now();
  }
}
