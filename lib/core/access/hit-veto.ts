import type { Awaitable } from '../../contracts/awaitable.js';
import { isPending, isPromise } from '../../common/attempt.js';
import type { ReadGuard } from '../options/read-guard.js';
import { heal } from '../stores/heal.js';
import { valueOf } from '../stores/hits.js';
import type { ReadResult } from '../stores/backend.js';
import { Miss } from '../stores/miss.js';
import type { Guard } from '../support/guard.js';
import type { Reporter } from '../support/reporter.js';

const VETOED = new Miss('vetoed');

/**
 * The last word of the application over hits that the cache has proven current. A hit that it refuses is deleted, and
 * the read is a miss. A guard that throws, rejects or takes longer than a store may has refused it, and that is a
 * fault.
 *
 * It is asked after the deadlines of the stores: what it does says nothing of them.
 */
export class HitVeto<V> {
  /** @param remove deletes the entries of the key. It decides nothing: the miss is certain */
  constructor(
    private readonly isAllowed: ReadGuard,
    private readonly remove: (key: string) => Awaitable<unknown>,
    private readonly guard: Guard,
    private readonly reporter: Reporter,
  ) {}

  /** What is left of a read. */
  judge(key: string, found: ReadResult<V> | Promise<ReadResult<V>>): ReadResult<V> | Promise<ReadResult<V>> {
    if (isPromise(found)) return found.then((answer) => this.judge(key, answer));
    if (found instanceof Miss) return found;
    let verdict: Awaitable<unknown>;
    try {
      verdict = this.isAllowed(key, valueOf(found));
    } catch (cause) {
      this.reporter.fault('guard', key, cause);
      return this.refuse(key);
    }
    if (isPending(verdict)) return this.judgeLater(key, found, verdict);
    return verdict === true ? found : this.refuse(key);
  }

  private async judgeLater(key: string, found: ReadResult<V>, verdict: PromiseLike<unknown>): Promise<ReadResult<V>> {
    const answer = await this.guard.within<unknown>('guard', key, verdict, () => false);
    return answer === true ? found : this.refuse(key);
  }

  private refuse(key: string): Miss {
    heal(this.reporter, key, 'vetoed', () => this.remove(key));
    return VETOED;
  }
}
