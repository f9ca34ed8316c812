import { CasConfigError } from '../errors.js';
import { asTransaction } from './open-transaction.js';
import { makeTransactional } from './transactional-query-runner.js';
import type { QueryRunnerLike } from './transactional-query-runner.js';

/** A `DataSource` of TypeORM. */
export interface DataSourceLike {
  readonly manager: { transaction(...args: never[]): Promise<unknown> };
}

/**
 * Makes every transaction of a TypeORM `DataSource` one in the sense of `runInCasTransaction`: invalidations inside
 * wait for its end. That is `transaction(...)` of the data source and of every manager, however it was made; what a
 * query runner begins, commits and rolls back by hand; and the transaction of `save`, `remove`, `softRemove` and
 * `recover`, in which subscribers run. The data source is changed, and returned.
 *
 * ```ts TypeOrmModule.forRootAsync({ useFactory: () => options, dataSourceFactory: async (options) =>
 * transactionalDataSource(await new DataSource(options).initialize()), })
 * ```
 *
 * Within one, what the same query runner or its manager begins is nested: a savepoint of the same transaction.
 * `dataSource.transaction` takes another connection: a transaction of its own, which is committed and invalidated by
 * itself.
 *
 * `startTransaction()` makes the function that calls it a part of the transaction, until `commitTransaction()` or
 * `rollbackTransaction()`, and what that function calls meanwhile. What runs elsewhere, in a function that called one
 * which began it after an `await`, is not, from Node 24 on: put such work into `runInCasTransaction`. A commit by code
 * that the transaction does not reach is a warning of the process, once for each data source.
 *
 * They throw what they threw before, and CasInvalidateError, and CasCommitUnknownError with TypeORM's error as `cause`
 * when the connection was lost during COMMIT.
 *
 * @throws CasConfigError for what is no DataSource of TypeORM
 */
export function transactionalDataSource<D extends DataSourceLike>(dataSource: D): D {
  const source = dataSource as unknown as Source;
  const { manager, createEntityManager, createQueryRunner } = source;
  if ([manager.transaction, createEntityManager, createQueryRunner].some((method) => typeof method !== 'function')) {
    throw new CasConfigError(
      'transactionalDataSource needs a DataSource of TypeORM, which has manager.transaction, createEntityManager and ' +
        'createQueryRunner.',
    );
  }
  const warnOutside = once(() => process.emitWarning(COMMIT_OUTSIDE, 'CasCacheWarning'));
  wrapManager(manager);
  source.createEntityManager = (...args) => wrapManager(createEntityManager.apply(source, args));
  source.createQueryRunner = (...args) => {
    const runner = createQueryRunner.apply(source, args);
    makeTransactional(runner, warnOutside);
    return runner;
  };
  return dataSource;
}

const COMMIT_OUTSIDE =
  'commitTransaction() was called by code that the transaction of its startTransaction() does not reach, such as a function ' +
  'that only awaited the one which began it. What that code has invalidated was invalidated before the commit, so that ' +
  'readers may have cached the old rows again. Begin and commit in one function, or put the work into runInCasTransaction.';

function once(tell: () => void): () => void {
  let told = false;
  return () => {
    if (!told) tell();
    told = true;
  };
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** Each of them begins a transaction where its manager is in none. */
const TRANSACTIONS = ['transaction', 'save', 'remove', 'softRemove', 'recover'] as const;

type Manager = { readonly queryRunner?: QueryRunnerLike } & Record<(typeof TRANSACTIONS)[number], Method | undefined>;

interface Source {
  readonly manager: Manager;
  createEntityManager: (...args: unknown[]) => Manager;
  createQueryRunner: (...args: unknown[]) => QueryRunnerLike;
}

/**
 * Each has a function around its transaction, which is better than a context that was entered: the callers of that
 * function are not in it.
 */
function wrapManager(manager: Manager): Manager {
  for (const name of TRANSACTIONS) {
    const begin = manager[name];
    if (typeof begin !== 'function') continue;
    manager[name] = (...args) => {
      if (manager.queryRunner?.isTransactionActive === true) return begin.apply(manager, args);
      return asTransaction((transaction) => {
        transaction.toBegin = true;
        return begin.apply(manager, args);
      });
    };
  }
  return manager;
}
