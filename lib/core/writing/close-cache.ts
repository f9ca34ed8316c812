import type { Awaitable } from '../../contracts/awaitable.js';
import { attempt } from '../../common/attempt.js';
import { CasCloseError, CasUnlandedError } from '../../write-errors.js';
import type { Reporter } from '../support/reporter.js';
import type { TransactionAwareInvalidator } from './transaction-aware-invalidator.js';

/**
 * Gives what is owed a last chance, then closes the stores that are the cache's own.
 *
 * @throws CasCloseError with every error
 */
export async function closeCache(
  invalidator: TransactionAwareInvalidator,
  owned: readonly { close(): Awaitable<void> }[],
  reporter: Reporter,
): Promise<void> {
  const { namespace } = reporter;
  const { failed, running, cleared } = await invalidator.close();
  const isOwed = failed !== 0 || running !== 0 || !cleared;
  const owed = isOwed ? [new CasUnlandedError(failed, { namespace, running, cleared })] : [];
  const closed = await Promise.all(owned.map((store) => attempt(() => store.close())));
  const errors = [...owed, ...closed.filter((result) => result instanceof Error)];
  for (const error of errors) reporter.fault('close', undefined, error);
  reporter.close();
  if (errors.length === 0) return;
  const message = `The cache "${namespace}" closed, but not all is well; each error is in \`errors\`.`;
  throw new CasCloseError(errors, message, { namespace, cause: errors[0] });
}
