import { inWriteScope } from './transaction-scope.js';

/**
 * Runs `fn`, which begins and commits (or rolls back) a database transaction, and lets invalidations wait for the
 * commit: `invalidate`, `clear` and `@CasInvalidate` inside are collected, and carried out when `fn` has ended, in
 * either way, before this resolves. Readers thus cannot load the old rows again after an invalidation.
 *
 * Inside, reads of keys that were written inside go past the cache, other hits stay, and nothing that is loaded fills
 * the cache: it may be uncommitted, or of an old snapshot. Write intents opened inside last until the end. A call
 * within another joins it, as a nested transaction or savepoint does; should it end after that one, it is carried out
 * at its own end.
 *
 * An error of `fn` is rethrown. Let it throw {@link CasCommitUnknownError} when the answer to the commit was lost:
 * intents are then left to run out, and everything is invalidated now and again after that.
 *
 * @throws CasInvalidateError with the result of `fn`, when the transaction is over but not everything could be
 *   invalidated; that is retried in the background
 */
export function runInCasTransaction<T>(fn: () => Promise<T> | T): Promise<T> {
  return inWriteScope(() => fn());
}
