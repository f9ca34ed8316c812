import { inOwnScope } from '../core/writing/transaction-scope.js';

/**
 * As `runInCasTransaction`, but does not join one that it is called within: for work that is committed by itself, and
 * must be invalidated before this resolves and not when the outer transaction ends. What the outer one has written is
 * not written here: `fn` sees what the cache holds of it, as other readers do.
 *
 * @throws what `fn` throws; CasInvalidateError with its result, when not everything could be invalidated
 */
export function runInSeparateCasTransaction<T>(fn: () => Promise<T> | T): Promise<T> {
  return inOwnScope(() => fn());
}
