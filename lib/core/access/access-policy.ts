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

/**
 * Why a fill would be refused, besides by the generation: the cache is disabled or closed, an invalidation of the key
 * has not landed, the caller is inside a transaction, the store may have lost write intents a moment ago, or the
 * breaker is open.
 */
export type FillRefusal =
  'disabled' | 'invalidation-pending' | 'inside-transaction' | 'intents-may-be-lost' | 'breaker-open';

/** Lets reads and fills through to the stores, or says at once what comes of them. */
export class AccessPolicy {
  constructor(
    private readonly keys: NamespaceKeys,
    private readonly state: CacheState,
  ) {}

  /** `undefined`: the stores may be asked. */
  read(key: string): Miss | undefined {
    const { breaker } = this.state;
    const refused = this.refusal(key);
    if (refused !== undefined) return refused;
    return breaker.isOpen && breaker.refuses(this.keys.generation(key)) ? MISS_UNAVAILABLE : undefined;
  }

  /** As `read`, for a look that is no read. */
  look(key: string): Miss | undefined {
    return (
      this.refusal(key) ?? (this.state.breaker.isOpenFor(this.keys.generation(key)) ? MISS_UNAVAILABLE : undefined)
    );
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

  private refusal(key: string): Miss | undefined {
    const { active, pending, written } = this.state;
    if (!active()) return MISS_DISABLED;
    if (pending.holds(key)) return MISS_PENDING;
    return written()?.holds(key) === true ? MISS_WRITTEN_HERE : undefined;
  }

  /** Why nothing would be filled now. `undefined`: nothing is known against it. A look, of which nothing is said. */
  lookAtFill(key: string): FillRefusal | undefined {
    const { active, pending, intents, breaker } = this.state;
    if (!active()) return 'disabled';
    if (pending.holds(key)) return 'invalidation-pending';
    if (insideScope()) return 'inside-transaction';
    if (intents.isUnseen(key)) return 'intents-may-be-lost';
    return breaker.isOpenFor(this.keys.generation(key)) ? 'breaker-open' : undefined;
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
