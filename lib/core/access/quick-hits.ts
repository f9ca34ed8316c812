import type { HitsAtOnce } from '../stores/hits-at-once.js';
import type { Reporter } from '../support/reporter.js';
import { currentScope } from '../writing/transaction-scope.js';
import type { CacheState } from './access-policy.js';

/**
 * Hits where nothing has to be asked and nothing is out of the ordinary. `undefined` sends the caller the long way, on
 * which the same entry is a hit or a miss with its reason.
 */
export class QuickHits<V> {
  constructor(
    private readonly hits: HitsAtOnce<V>,
    private readonly state: Pick<CacheState, 'active' | 'pending' | 'breaker'>,
    private readonly reporter: Reporter,
  ) {}

  answer(key: string): Promise<V> | undefined {
    if (!this.isCalm) return undefined;
    const answer = this.hits.answerAtOnce(key);
    if (answer !== undefined) this.reporter.hit(key);
    return answer;
  }

  value(key: string): V | undefined {
    if (!this.isCalm) return undefined;
    const value = this.hits.valueAtOnce(key);
    if (value !== undefined) this.reporter.hit(key);
    return value;
  }

  /** Whether the access policy would let every key through, and learn nothing from a hit. */
  private get isCalm(): boolean {
    const { active, pending, breaker } = this.state;
    return breaker.quiet && !pending.any && currentScope() === undefined && active();
  }
}
