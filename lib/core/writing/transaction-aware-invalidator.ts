import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { Timers } from '../../common/timers.js';
import { CollectedWrites } from './collected-writes.js';
import { noTags } from '../options/tag-option.js';
import type { Invalidator } from './invalidator.js';
import { TransactionWrites } from './transaction-writes.js';
import type { WrittenKeys } from './transaction-writes.js';
import type { Unlanded } from './pending-invalidations.js';
import type { WriteContext, WriteIntentOptions, WriteIntents } from './write-intents.js';
import { currentScope, inWriteScope } from './transaction-scope.js';
import type { TransactionScope } from './transaction-scope.js';

/** A process that is told to end has some tens of seconds as a rule, for all that it has to do. */
const MOST_CLOSING_MS = 5_000;

/** Keys of which other replicas may serve old values. */
export interface Owed extends Unlanded {
  /** Which scopes have written that have not ended. */
  readonly running: number;
}

/** What ends the life of a cache's entries: at once, or inside a transaction at its end. */
export class TransactionAwareInvalidator {
  private readonly collected: CollectedWrites;

  /** @param leaseMs how long a commit of unknown outcome is waited for where no intent says it */
  constructor(
    private readonly namespace: string,
    private readonly invalidator: Invalidator,
    readonly intents: WriteIntents,
    private readonly leaseMs: number,
    timers: Timers = SYSTEM_TIMERS,
  ) {
    this.collected = new CollectedWrites(timers);
  }

  /** What the running scope, and what it is a part of, have written of this cache. */
  get written(): WrittenKeys | undefined {
    return (currentScope()?.whole.member(this) as TransactionWrites | undefined)?.written;
  }

  /** @throws CasInvalidateError */
  async invalidate(keys: readonly string[]): Promise<void> {
    const scope = currentScope();
    if (scope !== undefined) this.writesIn(scope).invalidate(keys);
    else if (keys.length > 0) await this.invalidator.invalidate(keys);
  }

  /** @throws CasInvalidateError; CasConfigError in a namespace without tags */
  async invalidateTags(tags: readonly string[]): Promise<void> {
    if (!this.invalidator.hasTags) throw noTags(this.namespace, 'invalidateTags');
    const scope = currentScope();
    if (scope !== undefined) this.writesIn(scope).invalidateTags(tags);
    else if (tags.length > 0) await this.invalidator.invalidateTags(tags);
  }

  /** @param prefix what the keys to clear begin with; '' for all of them @throws CasClearError */
  async clear(prefix: string): Promise<void> {
    const scope = currentScope();
    if (scope !== undefined) this.writesIn(scope).clear(prefix);
    else await this.invalidator.clear(prefix);
  }

  /** @throws CasIntentUnavailableError, CasInvalidateError, what `write` throws */
  underIntent<T>(
    keys: () => readonly string[],
    write: (context: WriteContext) => Promise<T> | T,
    options: WriteIntentOptions,
  ): Promise<T> {
    return inWriteScope(async (scope) => {
      const intent = await this.intents.open(keys(), options);
      this.writesIn(scope).write(intent);
      return write({ signal: intent.signal });
    });
  }

  /**
   * Ends what can be ended. Until the scopes that have written have ended, everything is carried out as ever, but no
   * longer than for `MOST_CLOSING_MS`, or a lease where that is shorter: a transaction that hangs must not keep the
   * process from ending.
   */
  async close(): Promise<Owed> {
    await this.collected.wait(Math.min(this.leaseMs, MOST_CLOSING_MS));
    return { ...(await this.invalidator.close()), running: this.collected.size };
  }

  private writesIn(scope: TransactionScope): TransactionWrites {
    return (scope.member(this) as TransactionWrites | undefined) ?? this.join(scope);
  }

  private join(scope: TransactionScope): TransactionWrites {
    const { whole } = scope;
    const written = whole === scope ? undefined : this.writesIn(whole).written;
    const writes = new TransactionWrites(this.namespace, this.invalidator, this.leaseMs, this.collected, written);
    scope.join(this, writes);
    return writes;
  }
}
