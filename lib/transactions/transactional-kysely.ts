import { field, isCommitUnknown } from './commit-outcome.js';
import type { TransactionalSettings } from './commit-outcome.js';
import { makeTransactional } from './transactional-method.js';
import { replaceMethod } from './replace-method.js';

/** A `Kysely`. */
export interface KyselyLike {
  transaction(): { execute(...args: never[]): Promise<unknown> };
}

/** What answers with another instance. */
const COPIES = [
  'withPlugin',
  'withoutPlugins',
  'withSchema',
  'withTables',
  '$extendTables',
  '$omitTables',
  '$pickTables',
];
/** What answers with another builder of the same transaction. */
const SETTINGS = ['setAccessMode', 'setIsolationLevel'];

/**
 * Makes `db.transaction().execute(...)` of Kysely a transaction in the sense of `runInCasTransaction`: invalidations
 * inside wait for its end. So are those of the instances that `withSchema`, `withPlugin` and the like answer, and of
 * `db.connection().execute(...)`. Within another one it takes another connection: a transaction of its own, which is
 * committed and invalidated by itself. What `db.startTransaction()` begins is left as it is: put its begin, work and
 * commit into `runInCasTransaction`. The instance is changed, and returned.
 *
 * It throws what it threw before, and CasInvalidateError, and CasCommitUnknownError with the driver's error as `cause`.
 */
export function transactionalKysely<K extends KyselyLike>(db: K, settings: TransactionalSettings = {}): K {
  const caller = 'transactionalKysely';
  const isUnknown = settings.isCommitUnknown ?? isCommitUnknown;
  // Its own error for a COMMIT that the database answered with ROLLBACK.
  const judged = (error: unknown) => field(error, 'name') !== 'AbortedTransactionError' && isUnknown(error);
  replaceMethod(
    caller,
    db,
    'transaction',
    (original) =>
      function transaction(...args) {
        return builder(original.apply(this, args) as object, judged);
      },
  );
  for (const name of COPIES.filter((method) => method in db)) {
    replaceMethod(
      caller,
      db,
      name,
      (original) =>
        function copy(...args) {
          return transactionalKysely(original.apply(this, args) as KyselyLike, settings);
        },
    );
  }
  if ('connection' in db)
    replaceMethod(
      caller,
      db,
      'connection',
      (original) =>
        function connection(...args) {
          return onConnection(original.apply(this, args) as object, settings);
        },
    );
  return db;
}

function builder(built: object, isUnknown: (error: unknown) => boolean): object {
  makeTransactional('transactionalKysely', built, 'execute', { isCommitUnknown: isUnknown });
  for (const name of SETTINGS) {
    replaceMethod(
      'transactionalKysely',
      built,
      name,
      (original) =>
        function set(...args) {
          return builder(original.apply(this, args) as object, isUnknown);
        },
    );
  }
  return built;
}

/** Hands a transactional instance to the callback that is to have a connection. */
function onConnection(built: object, settings: TransactionalSettings): object {
  replaceMethod(
    'transactionalKysely',
    built,
    'execute',
    (original) =>
      function execute(work, ...rest) {
        const handOver = (db: KyselyLike) => (work as (db: KyselyLike) => unknown)(transactionalKysely(db, settings));
        return original.call(this, handOver, ...rest);
      },
  );
  return built;
}
