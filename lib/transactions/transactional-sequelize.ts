import { field } from './commit-outcome.js';
import type { TransactionalSettings } from './commit-outcome.js';
import { makeTransactional } from './transactional-method.js';

/** A `Sequelize` of Sequelize 6. */
export interface SequelizeLike {
  transaction(...args: never[]): Promise<unknown>;
}

/**
 * Makes each managed transaction of Sequelize, `sequelize.transaction(async (t) => …)`, one in the sense of
 * `runInCasTransaction`: invalidations inside wait for its end. With `{ transaction: t }` it is nested: a savepoint of
 * that one. Without, within another one, it takes another connection: a transaction of its own, which is committed and
 * invalidated by itself. An unmanaged one, without a callback, is left as it is: put its begin, work and commit into
 * `runInCasTransaction`. The instance is changed, and returned.
 *
 * It throws what it threw before, and CasInvalidateError, and CasCommitUnknownError with Sequelize's error as `cause`.
 * Hooks of `t.afterCommit` run whether or not the commit succeeded, and their error takes the place of that of the
 * commit: it counts as one of unknown outcome.
 */
export function transactionalSequelize<S extends SequelizeLike>(sequelize: S, settings: TransactionalSettings = {}): S {
  makeTransactional('transactionalSequelize', sequelize, 'transaction', settings, (_, [options]) => {
    const parent = field(options, 'transaction');
    return parent === undefined || parent === null;
  });
  return sequelize;
}
