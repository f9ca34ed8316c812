import { field } from './commit-outcome.js';
import type { TransactionalSettings } from './commit-outcome.js';
import { makeTransactional } from './transactional-method.js';
import { replaceMethod } from './replace-method.js';

/** A `Connection` of Mongoose, or a `MongoClient` of the driver. */
export interface MongoLike {
  startSession(...args: never[]): unknown;
}

/**
 * Makes `session.withTransaction(...)`, of every session that it starts from now on, and so
 * `connection.transaction(...)` of Mongoose, a transaction in the sense of `runInCasTransaction`: invalidations inside
 * wait for its end. The driver may run the callback several times: what was invalidated by one that was undone is
 * invalidated too. What `session.startTransaction()` begins is left as it is: put its begin, work and commit into
 * `runInCasTransaction`. The connection or client is changed, and returned.
 *
 * They throw what they threw before, and CasInvalidateError, and CasCommitUnknownError with the driver's error as
 * `cause` when that has the label `UnknownTransactionCommitResult`.
 */
export function transactionalMongo<M extends MongoLike>(connection: M, settings: TransactionalSettings = {}): M {
  const transactional = (session: object): object => {
    makeTransactional('transactionalMongo', session, 'withTransaction', settings);
    return session;
  };
  replaceMethod(
    'transactionalMongo',
    connection,
    'startSession',
    (original) =>
      function startSession(...args) {
        const started = original.apply(this, args) as object | Promise<object>;
        return isPromise(started) ? started.then(transactional) : transactional(started);
      },
  );
  return connection;
}

/** Mongoose answers with one, the driver does not. */
function isPromise(started: object): started is Promise<object> {
  return typeof field(started, 'then') === 'function';
}
