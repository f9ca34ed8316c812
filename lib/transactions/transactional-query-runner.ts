import { currentScope } from '../core/writing/transaction-scope.js';
import { commitUnknown, field, isCommitUnknown } from './commit-outcome.js';
import { beginAwaited, enterTransaction } from './open-transaction.js';
import type { EnteredTransaction } from './open-transaction.js';

/** A `QueryRunner` of TypeORM: one connection. */
export interface QueryRunnerLike {
  readonly isTransactionActive: boolean;
  startTransaction: (...args: never[]) => Promise<void>;
  commitTransaction: () => Promise<void>;
  rollbackTransaction: () => Promise<void>;
  release: () => Promise<void>;
}

type Call = () => Promise<void>;

/**
 * Makes what begins, commits and rolls back the outermost level of a query runner a CAS transaction. The runner is
 * changed.
 *
 * @param warnOutside is told of a commit by code that the transaction does not reach: what that code has invalidated
 * was not held back until the commit
 */
export function makeTransactional(runner: QueryRunnerLike, warnOutside: () => void): void {
  const start = runner.startTransaction as (...args: unknown[]) => Promise<void>;
  const [commit, rollback, release] = [runner.commitTransaction, runner.rollbackTransaction, runner.release];
  const transaction = new RunnerTransaction(runner, warnOutside);
  // No async function: the caller's context has to be entered before the caller awaits the answer.
  runner.startTransaction = (...args: unknown[]) => transaction.start(() => start.apply(runner, args));
  runner.commitTransaction = () => transaction.commit(() => commit.call(runner));
  runner.rollbackTransaction = () => transaction.rollBack(() => rollback.call(runner));
  runner.release = () => transaction.release(() => release.call(runner));
}

class RunnerTransaction {
  /** One that was begun by hand. Those of TypeORM's own have a function, and a scope around that. */
  private entered: EnteredTransaction | undefined;
  /**
   * Whether the last commit threw an error of ours: it was done, and not all could be invalidated, or its outcome is
   * unknown.
   */
  private told = false;

  constructor(
    private readonly runner: QueryRunnerLike,
    private readonly warnOutside: () => void,
  ) {}

  start(call: Call): Promise<void> {
    if (this.runner.isTransactionActive) return call();
    this.told = false;
    if (beginAwaited() !== undefined) return call();
    const entered = enterTransaction();
    this.entered = entered;
    return this.started(call);
  }

  async commit(call: Call): Promise<void> {
    const isOutermost = this.isOutermost();
    if (isOutermost && this.entered !== undefined && currentScope() === undefined) this.warnOutside();
    try {
      await call();
    } catch (error) {
      // A subscriber may fail after the commit.
      if (!this.runner.isTransactionActive) await this.end();
      else if (isOutermost && isCommitLost(error)) {
        this.entered?.commitUnknown();
        this.told = true;
        throw commitUnknown(error);
      }
      throw error;
    }
    if (!isOutermost) return;
    const failure = await this.end();
    if (failure === undefined) return;
    this.told = true;
    throw failure;
  }

  /** What failed to be invalidated after a rollback was reported, and is out of date only by what was never written. */
  async rollBack(call: Call): Promise<void> {
    // Code that rolls back whenever the commit threw would hide what it was told by an error that says less.
    const { told } = this;
    this.told = false;
    if (told && !this.runner.isTransactionActive) return;
    const isOutermost = this.isOutermost();
    try {
      await call();
    } catch (error) {
      if (!told) throw error;
    } finally {
      if (isOutermost) await this.end();
    }
  }

  async release(call: Call): Promise<void> {
    try {
      await call();
    } finally {
      await this.end();
    }
  }

  private async started(call: Call): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (!this.runner.isTransactionActive) await this.end();
      throw error;
    }
    // A database without transactions begins none.
    if (!this.runner.isTransactionActive) await this.end();
  }

  private async end(): ReturnType<EnteredTransaction['end']> {
    const { entered } = this;
    this.entered = undefined;
    return entered?.end();
  }

  /** Whether no savepoint is open. */
  private isOutermost(): boolean {
    const depth = field(this.runner, 'transactionDepth');
    return !(typeof depth === 'number' && depth > 1);
  }
}

/**
 * A statement that failed has the driver's error. Others come from subscribers, before or after a commit whose end is
 * known.
 */
function isCommitLost(error: unknown): boolean {
  return field(error, 'driverError') !== undefined && isCommitUnknown(error);
}
