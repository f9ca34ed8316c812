import { CasConfigError } from '../errors.js';
import { field, isCommitUnknown, withKnownOutcome } from './commit-outcome.js';
import { asTransaction } from './open-transaction.js';

/** A `DataSource` of TypeORM. */
export interface DataSourceLike {
  readonly manager: { transaction(...args: never[]): Promise<unknown> };
}

/**
 * Makes every `transaction(...)` of a TypeORM `DataSource`, and of its `manager` and repositories, a transaction in the sense
 * of `runInCasTransaction`: invalidations inside wait for its end. The data source is changed, and returned.
 *
 * ```ts
 * TypeOrmModule.forRootAsync({
 *   useFactory: () => options,
 *   dataSourceFactory: async (options) => transactionalDataSource(await new DataSource(options).initialize()),
 * })
 * ```
 *
 * Within one, `manager.transaction` of the manager that it hands out is nested: a savepoint of the same transaction.
 * `dataSource.transaction` takes another connection: a transaction of its own, which is committed and invalidated by itself.
 * A transaction that a query runner begins by hand goes into `runInCasTransaction`.
 *
 * They throw what they threw before, and CasInvalidateError, and CasCommitUnknownError with TypeORM's error as `cause` when
 * the connection was lost during COMMIT.
 */
export function transactionalDataSource<D extends DataSourceLike>(dataSource: D): D {
  const manager = dataSource.manager as { transaction: Transaction };
  const begin = manager.transaction;
  if (typeof begin !== 'function') {
    throw new CasConfigError('transactionalDataSource needs a DataSource of TypeORM, which has manager.transaction.');
  }
  manager.transaction = (...args) => {
    // With or without an isolation level before it.
    const at = args.findIndex((arg) => typeof arg === 'function');
    if (at < 0) return begin.apply(manager, args);
    const work = args[at] as Work;
    return asTransaction(() =>
      withKnownOutcome((run: Work) => begin.apply(manager, args.with(at, run)), work, isCommitLost),
    );
  };
  return dataSource;
}

type Work = (manager: unknown) => Promise<unknown>;
type Transaction = (...args: unknown[]) => Promise<unknown>;

/** A statement that failed has the driver's error. Others come from subscribers, before or after a commit whose end is known. */
function isCommitLost(error: unknown): boolean {
  return field(error, 'driverError') !== undefined && isCommitUnknown(error);
}
