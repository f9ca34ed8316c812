import { field, isCommitUnknown, withKnownOutcome } from './commit-outcome.js';
import type { TransactionalSettings } from './commit-outcome.js';
import { asTransaction } from './open-transaction.js';
import { replaceMethod } from './replace-method.js';

/** A `MikroORM`, of version 6 or 7. */
export interface MikroOrmLike {
  readonly em: { getConnection(type: 'write'): object };
}

type Work = (context: unknown) => Promise<unknown>;

/** Tells the subscribers of a transaction. */
interface Broadcaster {
  dispatchEvent(event: string, ...args: unknown[]): Promise<unknown>;
}

/**
 * Makes every transaction of MikroORM that has a function around it one in the sense of `runInCasTransaction`:
 * invalidations inside wait for its end. That is `em.transactional(...)` of every entity manager, `@Transactional()`,
 * and the transaction of a `flush`, in which subscribers run. One within another is a savepoint of it, or a transaction
 * of its own, as its `propagation` says, and is invalidated with that one, or by itself. What `em.begin()` begins is
 * left as it is, but for the flush inside: put its begin, work and commit into `runInCasTransaction`. The ORM is
 * changed, and returned.
 *
 * They throw what they threw before, and CasInvalidateError, and CasCommitUnknownError with the driver's error as
 * `cause`.
 *
 * @throws CasConfigError for what is no MikroORM over a database with transactions
 */
export function transactionalMikroOrm<O extends MikroOrmLike>(orm: O, settings: TransactionalSettings = {}): O {
  const isUnknown = settings.isCommitUnknown ?? isCommitUnknown;
  const connection = orm.em.getConnection('write');
  replaceMethod(
    'transactionalMikroOrm',
    connection,
    'transactional',
    (original) =>
      function transactional(...args) {
        const [work, options] = args;
        // It has the transaction that a savepoint is to be made in.
        if (isThere(field(options, 'ctx'))) return original.apply(this, args);
        const told = new Set<unknown>();
        const watched = withToldErrors(options, told);
        const begin = (observed: Work) => original.call(this, observed, watched) as Promise<unknown>;
        const judged = (error: unknown) => !told.has(error) && isUnknown(error);
        return asTransaction(() => withKnownOutcome(begin, work as Work, judged));
      },
  );
  return orm;
}

/** What a subscriber throws before the commit, or after it, is none of an answer that was lost. */
function withToldErrors(options: unknown, told: Set<unknown>): unknown {
  const broadcaster = field(options, 'eventBroadcaster') as Broadcaster | undefined;
  if (broadcaster === undefined) return options;
  const eventBroadcaster: Broadcaster = {
    async dispatchEvent(event, ...args) {
      try {
        return await broadcaster.dispatchEvent(event, ...args);
      } catch (error) {
        if (event.endsWith('TransactionCommit')) told.add(error);
        throw error;
      }
    },
  };
  return { ...(options as object), eventBroadcaster };
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
