import { outsideRequests } from '../../common/timers.js';
import { outsideRequestScopes } from '../request/request-scope.js';
import { outsideScope } from '../access/access-policy.js';
import { outsideLoads } from './load-nesting.js';
import type { Plan } from './load-plan.js';
import type { Loads } from './loads.js';
import type { Reporter } from '../support/reporter.js';

/** After a refresh has failed, hits of its keys are served for so long before another is begun. */
const PAUSE_MS = 1_000;
/** Beyond this many, those that failed first are tried again earlier. */
const MOST_KEYS = 1_000;

/**
 * The async context (`AsyncLocalStorage`) of loads that are begun behind a caller. `'none'`: that of no request, so
 * that nothing outlives its request. `'caller'`: that of the caller, for loaders that find in it what their answer
 * depends on, such as the tenant; but never the scopes of this package: a transaction, a request, a load.
 */
export type LoadSurroundings = 'none' | 'caller';

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
    private readonly surroundings: LoadSurroundings = 'none',
  ) {}

  /** Whether a refresh of the key may be begun. */
  isWanted(key: string, generation: number): boolean {
    return !this.isPausing(key) && !this.loads.isLoading(key, generation);
  }

  /** @param plan a refresh of keys that are wanted */
  begin(plan: Plan<V>): void {
    const keys = [...plan.observed.keys()];
    this.behindCaller(() => {
      const load = this.loads.start(plan);
      load.goOnWithoutCallers((cause) => {
        this.pause(keys);
        this.reporter.fault('refresh', keys.length === 1 ? keys[0] : undefined, cause);
      });
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

  private behindCaller(work: () => void): void {
    if (this.surroundings === 'none') outsideRequests(work);
    else outsideScope(() => outsideRequestScopes(() => outsideLoads(work)));
  }

  private now(): number {
    const { timers } = this.loads;
    return timers.age?.() ?? timers.now();
  }
}
