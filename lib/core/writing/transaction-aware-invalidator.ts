import type { Invalidator } from './invalidator.js';
import type { OpenIntent } from './open-intent.js';
import { TransactionWrites } from './transaction-writes.js';
import { attempt } from '../../common/attempt.js';
import type { WriteContext, WriteIntentOptions, WriteIntents } from './write-intents.js';
import { currentScope, inWriteScope } from './transaction-scope.js';
import type { TransactionScope } from './transaction-scope.js';

/** What ends the life of a cache's entries: at once, or inside a transaction at its end. */
export class TransactionAwareInvalidator {
  /** @param leaseMs how long a commit of unknown outcome is waited for where no intent says it */
  constructor(
    private readonly namespace: string,
    private readonly invalidator: Invalidator,
    readonly intents: WriteIntents,
    private readonly leaseMs: number,
  ) {}

  /** What the running scope has written of this cache. */
  get written(): TransactionWrites | undefined {
    return currentScope()?.member(this) as TransactionWrites | undefined;
  }

  /** @throws CasInvalidateError */
  async invalidate(keys: readonly string[]): Promise<void> {
    const scope = currentScope();
    if (scope !== undefined) this.writesIn(scope).invalidate(keys);
    else if (keys.length > 0) await this.invalidator.invalidate(keys);
  }

  /** @throws CasClearError */
  async clear(): Promise<void> {
    const scope = currentScope();
    if (scope !== undefined) this.writesIn(scope).clear();
    else await this.invalidator.clear();
  }

  /** @throws CasIntentUnavailableError, CasInvalidateError, what `write` throws */
  underIntent<T>(
    keys: () => readonly string[],
    write: (context: WriteContext) => Promise<T> | T,
    options: WriteIntentOptions,
  ): Promise<T> {
    return inWriteScope(async (scope) => {
      const intent = await this.intents.open(keys(), options);
      if (scope.isOpen) return this.writeUnder(intent, scope, write);
      // A transaction that did not wait for this has ended, and will not settle it.
      return inWriteScope((own) => this.writeUnder(intent, own, write));
    });
  }

  private async writeUnder<T>(
    intent: OpenIntent,
    scope: TransactionScope,
    write: (context: WriteContext) => Promise<T> | T,
  ): Promise<T> {
    this.writesIn(scope).write(intent);
    const written = (async () => write({ signal: intent.signal }))();
    await attempt(() => written);
    intent.writeEnded = true;
    if (scope.isOpen) return written;
    // It outlasted a transaction that did not wait for it, and left its keys closed.
    return inWriteScope((own) => {
      this.writesIn(own).write(intent);
      return written;
    });
  }

  private writesIn(scope: TransactionScope): TransactionWrites {
    const known = scope.member(this) as TransactionWrites | undefined;
    if (known !== undefined) return known;
    const writes = new TransactionWrites(this.namespace, this.invalidator, this.leaseMs);
    scope.join(this, writes);
    return writes;
  }
}
