import { runInCasTransaction } from '../../core/writing/cas-transaction.js';
import { attempt } from '../../common/attempt.js';
import type { WriteIntentOptions } from '../../core/writing/write-intents.js';
import { currentScope } from '../../core/writing/transaction-scope.js';
import { CasInvalidateError } from '../../write-errors.js';
import type { CasInvalidateOptions } from './cas-invalidate.options.js';
import type { PendingKeys } from './pending-keys.js';

/** One call of a `@CasInvalidate` method. Its result is kept apart: what comes after the write does not undo it. */
export class InvalidatingCall {
  private written: { readonly result: unknown } | undefined;
  private keysFromError: Error | undefined;

  /**
   * @param pending the keys that follow from the arguments
   * @param run the method
   * @param addFurther adds the keys that follow from its result; an error of it is told once the others are invalidated
   * @param onFailure whether an invalidation that failed is an error of the call, where the decorator says so
   */
  constructor(
    private readonly pending: PendingKeys,
    private readonly run: () => unknown,
    private readonly addFurther: (result: unknown) => void,
    private readonly onFailure: CasInvalidateOptions['onFailure'],
  ) {}

  /** Runs the method, then invalidates; in a transaction, its end does. */
  async thenInvalidate(): Promise<unknown> {
    // The method's own reads are of what it writes, too.
    if (currentScope() !== undefined) await this.pending.collect();
    try {
      await this.write();
    } catch (error) {
      // It may have written before it failed. Its error is what the caller has to see, and says whether its commit is
      // known.
      return runInCasTransaction(async () => {
        await attempt(() => this.pending.collect());
        throw error;
      });
    }
    return this.concluded(() => this.invalidate());
  }

  /** Runs the method with the keys closed to readers. */
  underIntent(options: WriteIntentOptions): Promise<unknown> {
    const write = async (): Promise<unknown> => {
      await this.write();
      await this.invalidate();
      return this.written?.result;
    };
    return this.concluded(() => this.pending.underIntent(write, options));
  }

  private async write(): Promise<void> {
    const result: unknown = await this.run();
    this.written = { result };
    try {
      this.addFurther(result);
    } catch (error) {
      this.keysFromError = error as Error;
    }
  }

  /**
   * At the end of the transaction where there is one. None is begun for this: it would cost every later read of the
   * process.
   */
  private invalidate(): Promise<void> {
    return currentScope() === undefined ? this.pending.carryOut(this.written?.result) : this.pending.collect();
  }

  private async concluded(work: () => Promise<unknown>): Promise<unknown> {
    let failure: CasInvalidateError | undefined;
    try {
      await work();
    } catch (error) {
      // Before the method has returned an error of this class is its own, and always the caller's.
      if (this.written === undefined || !(error instanceof CasInvalidateError)) throw error;
      failure = error;
    }
    if (this.keysFromError !== undefined) throw this.keysFromError;
    if (failure !== undefined && (this.onFailure ?? (await this.pending.onFailure())) === 'throw') throw failure;
    return this.written?.result;
  }
}
