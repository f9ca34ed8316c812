import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import type { Breaker } from '../support/breaker.js';
import { MISS_DISABLED, MISS_PENDING, MISS_UNAVAILABLE, MISS_WRITTEN_HERE } from '../stores/miss.js';
import { Miss } from '../stores/miss.js';
import type { PendingInvalidations } from '../writing/pending-invalidations.js';
import type { WrittenKeys } from '../writing/transaction-writes.js';
import type { WriteIntents } from '../writing/write-intents.js';
import { currentScope, outsideScopes } from '../writing/transaction-scope.js';

/** What decides, before any store is asked, whether the cache may be used for a key. */
export interface CacheState {
  readonly active: () => boolean;
  readonly pending: PendingInvalidations;
  readonly intents: WriteIntents;
  readonly breaker: Breaker;
  /** What the running scope has written of this cache. */
  readonly written: () => WrittenKeys | undefined;
}

/** Lets reads and fills through to the stores, or says at once what comes of them. */
export class AccessPolicy {
  constructor(
    private readonly keys: NamespaceKeys,
    private readonly state: CacheState,
  ) {}

  /** `undefined`: the stores may be asked. */
  read(key: string): Miss | undefined {
    const { active, pending, breaker, written } = this.state;
    if (!active()) return MISS_DISABLED;
    if (pending.holds(key)) return MISS_PENDING;
    if (written()?.holds(key) === true) return MISS_WRITTEN_HERE;
    return breaker.isOpen && breaker.refuses(this.keys.generation(key)) ? MISS_UNAVAILABLE : undefined;
  }

  /** `undefined`: a generation may be taken for a fill, and the fill be made. */
  fill(key: string): 'disabled' | 'unavailable' | undefined {
    const { active, pending, intents, breaker } = this.state;
    if (!active()) return 'disabled';
    const refused =
      pending.holds(key) ||
      insideScope() ||
      intents.mayBeUnseen(key) ||
      (breaker.isOpen && breaker.refuses(this.keys.generation(key)));
    return refused ? 'unavailable' : undefined;
  }

  /**
   * To be told what became of a read that was let through. A miss that asked for no generation says nothing of the
   * store that everything depends on.
   */
  learn(key: string, found: unknown): void {
    if (!(found instanceof Miss)) this.answered(key);
    else if (found.reason === 'unavailable') this.failed([key]);
    // The guard was asked of what the store had answered.
    else if (found.generation !== undefined || found.reason === 'vetoed') this.answered(key);
  }

  answered(key: string): void {
    const { breaker } = this.state;
    if (!breaker.quiet) breaker.succeeded(this.keys.generation(key));
  }

  /** @param keys of one call */
  failed(keys: readonly string[]): void {
    this.state.breaker.failedMany(keys.map(this.keys.generation));
  }
}

/**
 * Whether what is loaded now may be uncommitted, or of an old snapshot. Both would be published as the value of a
 * generation that others rely on.
 */
export function insideScope(): boolean {
  return currentScope() !== undefined;
}

/** Runs a load for later callers. `insideScope` is false for it. */
export function outsideScope<T>(work: () => T): T {
  return outsideScopes(work);
}
