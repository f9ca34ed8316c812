import { Breaker } from './breaker.js';
import type { ProbedStores } from './breaker.js';
import type { Timers } from '../../common/timers.js';

interface Shared extends Pick<ProbedStores, 'provider' | 'generations'> {
  readonly timeoutMs: number;
  readonly breaker: Breaker;
}

/**
 * The breakers of one application. Caches over the same stores that wait as long for them share one: what the first of
 * them found out, the others need not wait for.
 */
export class Breakers {
  private readonly made: Shared[] = [];

  constructor(private readonly timers?: Timers) {}

  of({ provider, generations }: ProbedStores, timeoutMs: number): Breaker {
    const known = this.made.find(
      (shared) => shared.provider === provider && shared.generations === generations && shared.timeoutMs === timeoutMs,
    );
    if (known !== undefined) return known.breaker;
    const breaker = new Breaker({ provider, generations }, timeoutMs, this.timers);
    this.made.push({ provider, generations, timeoutMs, breaker });
    return breaker;
  }
}
