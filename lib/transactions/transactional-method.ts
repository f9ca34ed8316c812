import { isCommitUnknown, withKnownOutcome } from './commit-outcome.js';
import type { TransactionalSettings } from './commit-outcome.js';
import { asTransaction } from './open-transaction.js';
import { replaceMethod } from './replace-method.js';

/** The methods of a library's object that answer with a promise. */
export type TransactionalMethodOf<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => PromiseLike<unknown> ? K : never;
}[keyof T] &
  string;

/**
 * Makes a method of any library that runs a callback in a database transaction, and commits once that has resolved, one
 * in the sense of `runInCasTransaction`: invalidations inside wait for its end. `transactionalMethod(sql, 'begin')` is
 * that of postgres.js, `transactionalMethod(db, 'tx')` that of pg-promise. The first function among the arguments is
 * taken for the callback; a call without one is left as it is. The object is changed, and returned.
 *
 * A call within another one's callback is a transaction of its own, which is committed and invalidated by itself. What
 * the library hands to the callback is not changed: a method of that, for a savepoint, is nested.
 *
 * It throws what it threw before, and CasInvalidateError, and CasCommitUnknownError with the library's error as
 * `cause`.
 *
 * @throws CasConfigError for an object without such a method
 */
export function transactionalMethod<T extends object>(
  target: T,
  method: TransactionalMethodOf<T>,
  settings: TransactionalSettings = {},
): T {
  makeTransactional('transactionalMethod', target, method, settings);
  return target;
}

/** A database of Drizzle whose driver is asynchronous. */
export interface DrizzleLike {
  transaction(...args: never[]): Promise<unknown>;
}

/**
 * Makes `db.transaction(...)` of Drizzle a transaction in the sense of `runInCasTransaction`: invalidations inside wait
 * for its end. `tx.transaction(...)` is nested: a savepoint of the same transaction. `db.transaction(...)` within
 * another one takes another connection: a transaction of its own, which is committed and invalidated by itself. The
 * database is changed, and returned. For drivers that answer with promises; better-sqlite3 does not.
 *
 * It throws what it threw before, and CasInvalidateError, and CasCommitUnknownError with Drizzle's error as `cause`.
 */
export function transactionalDrizzle<D extends DrizzleLike>(db: D, settings: TransactionalSettings = {}): D {
  makeTransactional('transactionalDrizzle', db, 'transaction', settings);
  return db;
}

/** Of which calls the library begins a transaction that has to be wrapped. */
export type IsOutermost = (self: unknown, args: readonly unknown[]) => boolean;

export function makeTransactional(
  caller: string,
  target: object,
  name: string,
  settings: TransactionalSettings,
  isOutermost: IsOutermost = () => true,
): void {
  const isUnknown = settings.isCommitUnknown ?? isCommitUnknown;
  replaceMethod(
    caller,
    target,
    name,
    (original) =>
      function transact(this: unknown, ...args) {
        const at = args.findIndex((argument) => typeof argument === 'function');
        if (at === -1 || !isOutermost(this, args)) return original.apply(this, args);
        const work = args[at] as (...given: unknown[]) => unknown;
        const begin = (observed: unknown) => original.apply(this, args.with(at, observed)) as PromiseLike<unknown>;
        return asTransaction(() => withKnownOutcome(begin, work, isUnknown));
      },
  );
}
