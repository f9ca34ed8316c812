import { isCommitUnknown, ofCommit, withKnownOutcome } from './commit-outcome.js';
import type { TransactionalSettings } from './commit-outcome.js';
import { asTransaction } from './open-transaction.js';
import { replaceMethod } from './replace-method.js';

/** A `PrismaClient`. */
export interface PrismaLike {
  $transaction(...args: never[]): Promise<unknown>;
}

type Work = (client: object) => unknown;

/**
 * Makes `prisma.$transaction(async (tx) => …)` a transaction in the sense of `runInCasTransaction`: invalidations
 * inside wait for its end. So is that of clients which `$extends` makes of it. `tx.$transaction(...)` is nested: a
 * savepoint of the same transaction. `prisma.$transaction(...)` within another one takes another connection: a
 * transaction of its own, which is committed and invalidated by itself. The client is changed, and returned.
 *
 * The form with an array, `prisma.$transaction([…])`, runs no code of the caller: invalidate after it. Should its
 * commit be lost, that is told as for the other form.
 *
 * It throws what it threw before, and CasInvalidateError, and CasCommitUnknownError with Prisma's error as `cause`.
 */
export function transactionalPrisma<P extends PrismaLike>(prisma: P, settings: TransactionalSettings = {}): P {
  const isUnknown = settings.isCommitUnknown ?? isCommitUnknown;
  /** Clients of a transaction: what they begin is a savepoint of it. */
  const inside = new WeakSet<object>();
  replaceMethod(
    'transactionalPrisma',
    prisma,
    '$transaction',
    (original) =>
      function $transaction(this: unknown, ...args) {
        const [work, ...options] = args;
        if (inside.has(this as object)) return original.apply(this, args);
        const begin = (all: unknown) => original.call(this, all, ...options) as PromiseLike<unknown>;
        if (typeof work !== 'function') return asTransaction(() => ofBatch(begin(work), isUnknown));
        const observed: Work = (client) => {
          inside.add(client);
          return (work as Work)(client);
        };
        return asTransaction(() => withKnownOutcome(begin, observed, isUnknown));
      },
  );
  return prisma;
}

/** Of its statements none can be told from the commit. */
async function ofBatch(running: PromiseLike<unknown>, isUnknown: (error: unknown) => boolean): Promise<unknown> {
  try {
    return await running;
  } catch (error) {
    throw ofCommit(error, isUnknown);
  }
}
