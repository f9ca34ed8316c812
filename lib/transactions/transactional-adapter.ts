import { isCommitUnknown, withKnownOutcome } from './commit-outcome.js';
import { asTransaction } from './open-transaction.js';

type Work = () => Promise<unknown>;

/** A `TransactionalAdapter` of `@nestjs-cls/transactional`. */
export interface TransactionalAdapterLike<C, Tx, O> {
  optionsFactory: (connection: C, extraProviders: never[]) => TransactionalAdapterMethods<Tx, O>;
}

/** What such an adapter does. */
export interface TransactionalAdapterMethods<Tx, O> {
  wrapWithTransaction: (options: O, work: Work, setTx: (tx?: Tx) => void) => Promise<unknown>;
  wrapWithNestedTransaction?: (options: O, work: Work, setTx: (tx?: Tx) => void, tx: Tx) => Promise<unknown>;
  getFallbackInstance: () => Tx;
}

export interface TransactionalAdapterSettings {
  /**
   * Whether an error that came after the method had returned leaves open whether it was committed. Default
   * {@link isCommitUnknown}, which knows the errors of Postgres.
   */
  readonly isCommitUnknown?: ((error: unknown) => boolean) | undefined;
}

/**
 * Makes every `@Transactional()` method a transaction in the sense of `runInCasTransaction`: invalidations inside wait
 * for its end. The adapter is changed, and returned.
 *
 * ```ts
 * new ClsPluginTransactional({
 *   adapter: transactionalAdapter(new TransactionalAdapterTypeOrm({ dataSourceToken: getDataSourceToken() })),
 * })
 * ```
 *
 * A method that joins a transaction (`Required`, `Mandatory`, `Supports`), or is nested in it (`Nested`), is
 * invalidated with it. One with a transaction of its own (`RequiresNew`, or another connection) is committed and
 * invalidated by itself. What runs without a transaction inside of one (`NotSupported`) is invalidated when that one
 * ends, unless it is put into `runInSeparateCasTransaction`.
 *
 * They throw what they threw before, and CasInvalidateError, and CasCommitUnknownError with the adapter's error as
 * `cause`.
 */
export function transactionalAdapter<A extends TransactionalAdapterLike<C, Tx, O>, C, Tx, O>(
  adapter: A & TransactionalAdapterLike<C, Tx, O>,
  settings: TransactionalAdapterSettings = {},
): A {
  const isUnknown = settings.isCommitUnknown ?? isCommitUnknown;
  const like: TransactionalAdapterLike<C, Tx, O> = adapter;
  const original = like.optionsFactory.bind(adapter);
  like.optionsFactory = (connection, extraProviders) => {
    const methods = original(connection, extraProviders);
    return {
      ...methods,
      wrapWithTransaction: (options, work, setTx) =>
        asTransaction(() =>
          withKnownOutcome((run: Work) => methods.wrapWithTransaction(options, run, setTx), work, isUnknown),
        ),
    };
  };
  return adapter;
}
