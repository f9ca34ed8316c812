import { isCommitUnknown, ofCommit } from './commit-outcome.js';
import type { TransactionalSettings } from './commit-outcome.js';
import { asTransaction } from './open-transaction.js';
import { replaceMethod } from './replace-method.js';

/** A `Knex`. */
export interface KnexLike {
  transaction(...args: never[]): Promise<unknown>;
}

/** What its transactions hand to their handler. */
interface Transactor {
  commit: (value?: unknown) => unknown;
}

type Handler = (trx: Transactor) => unknown;

/**
 * Makes `knex.transaction(handler)`, and the transaction of `knex.batchInsert`, one in the sense of
 * `runInCasTransaction`: invalidations inside wait for its end. `trx.transaction(...)` is nested: a savepoint of the
 * same transaction. `knex.transaction(...)` within another one takes another connection: a transaction of its own,
 * which is committed and invalidated by itself. One that is begun without a handler is left as it is: put its begin,
 * work and commit into `runInCasTransaction`. The instance is changed, and returned, and so are those of
 * `withUserParams`.
 *
 * It throws what it threw before, and CasInvalidateError, and CasCommitUnknownError with the driver's error as `cause`.
 */
export function transactionalKnex<K extends KnexLike>(knex: K, settings: TransactionalSettings = {}): K {
  const isUnknown = settings.isCommitUnknown ?? isCommitUnknown;
  // The methods of an instance call those of its context, and so does what else begins a transaction.
  const methods = (knex as { readonly context?: object }).context ?? knex;
  replaceMethod(
    'transactionalKnex',
    methods,
    'transaction',
    (original) =>
      function transaction(this: unknown, ...args) {
        const [handler, ...rest] = args;
        if (typeof handler !== 'function') return original.apply(this, args);
        return asTransaction(() =>
          untilCommitted((observed) => original.apply(this, [observed, ...rest]), handler as Handler, isUnknown),
        );
      },
  );
  replaceMethod(
    'transactionalKnex',
    methods,
    'withUserParams',
    (original) =>
      function withUserParams(...args) {
        return transactionalKnex(original.apply(this, args) as KnexLike, settings);
      },
  );
  return knex;
}

/**
 * A handler may answer with a promise, or call `commit` when it likes: Knex itself calls that after the promise. So it
 * is the call that tells an error of the commit from any other.
 */
async function untilCommitted(
  transact: (handler: Handler) => unknown,
  handler: Handler,
  isUnknown: (error: unknown) => boolean,
): Promise<unknown> {
  let committing = false;
  try {
    return await transact((trx) => {
      const { commit } = trx;
      trx.commit = (value) => {
        committing = true;
        return commit(value);
      };
      return handler(trx);
    });
  } catch (error) {
    throw committing ? ofCommit(error, isUnknown) : error;
  }
}
