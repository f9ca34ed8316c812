import { CasCacheError } from '../errors.js';
import { CasCommitUnknownError } from '../write-errors.js';

/** The classes of SQLSTATE by which Postgres, and most of what speaks SQL, refuses: the transaction is rolled back. */
const REFUSED = /^(0[0-9A-Z]|[1-4][0-9]|2[BDF]|3[BDF]|5[3-8]|72|F0|HV|P0|XX)[0-9A-Z]{3}$/;
/** Connection failures, `statement_completion_unknown`, and the server going down under the session. */
const CUT_SHORT = /^(08|40003|57P)/;
const ENDED_SESSION = ['FATAL', 'PANIC'];
/** Where libraries keep the error of the driver that led to theirs. */
const WRAPPED = ['driverError', 'cause', 'parent', 'original', 'meta', 'driverAdapterError'];
/** By which MongoDB and its driver mark a commit that may have taken effect. */
const MONGO_UNKNOWN = 'UnknownTransactionCommitResult';
/**
 * Codes of Prisma for a query that failed, P2034 (a write conflict) among them; P1017 is a connection that was lost.
 */
const PRISMA_QUERY = /^P2[0-9]{3}$/;
/** Its code for everything about transactions as such. */
const PRISMA_TRANSACTION = 'P2028';

/** How a transaction of a library is judged that fails once its work is done. */
export interface TransactionalSettings {
  /**
   * Whether an error that came after the work had ended leaves open whether it was committed. Default {@link
   * isCommitUnknown}.
   */
  readonly isCommitUnknown?: ((error: unknown) => boolean) | undefined;
}

/**
 * Whether a COMMIT that failed with this error may have taken effect all the same, or may yet. Only a refusal by the
 * database itself is certain: an SQLSTATE in `code`, `sqlState` or `originalCode`, of the error or of one that it wraps
 * (`cause`, `driverError`, `parent`, `meta.driverAdapterError`), other than those of a connection that was cut short;
 * an error of Prisma about a query, or about a transaction that had expired before its commit; or an error of MongoDB
 * without the label `UnknownTransactionCommitResult`. Everything else is not, a time-out of the driver for instance.
 */
export function isCommitUnknown(error: unknown): boolean {
  let isRefused = false;
  for (const fault of withWrapped(error, new Set())) {
    const verdict = verdictOf(fault);
    if (verdict === 'lost') return true;
    isRefused ||= verdict === 'refused';
  }
  return !isRefused;
}

function verdictOf(fault: unknown): 'lost' | 'refused' | undefined {
  const hasLabel = field(fault, 'hasErrorLabel');
  if (typeof hasLabel === 'function') return hasLabel.call(fault, MONGO_UNKNOWN) === true ? 'lost' : 'refused';
  if (ENDED_SESSION.some((severity) => severity === field(fault, 'severity'))) return 'lost';
  if (isRefusedByPrisma(fault)) return 'refused';
  const state = ['sqlState', 'code', 'originalCode'].map((name) => field(fault, name)).find(isSqlState);
  if (state === undefined) return undefined;
  return CUT_SHORT.test(state) ? 'lost' : 'refused';
}

function isRefusedByPrisma(fault: unknown): boolean {
  const code = field(fault, 'code');
  // It rolls back by itself what has expired. Of others it does not say what became of them.
  if (code === PRISMA_TRANSACTION) return field(field(fault, 'meta'), 'operation') === 'commit';
  return (
    (typeof code === 'string' && PRISMA_QUERY.test(code)) || field(fault, 'name') === 'PrismaClientValidationError'
  );
}

/** An error and those that led to it. */
function* withWrapped(error: unknown, seen: Set<unknown>): Generator {
  if (typeof error !== 'object' || error === null || seen.has(error)) return;
  seen.add(error);
  yield error;
  for (const name of WRAPPED) yield* withWrapped(field(error, name), seen);
}

/**
 * Runs `transact`, which calls its argument and commits once that has resolved. An error from then on is that of the
 * commit, and says that its outcome is unknown when `isUnknown` finds so; any other is thrown as it is.
 */
export async function withKnownOutcome<A extends unknown[], R, T>(
  transact: (work: (...args: A) => Promise<R>) => PromiseLike<T>,
  work: (...args: A) => PromiseLike<R> | R,
  isUnknown: (error: unknown) => boolean,
): Promise<T> {
  let worked = false;
  try {
    return await transact(async (...args) => {
      // A driver may try again.
      worked = false;
      const result = await work(...args);
      worked = true;
      return result;
    });
  } catch (error) {
    throw worked ? ofCommit(error, isUnknown) : error;
  }
}

/** What to throw for an error of a commit. */
export function ofCommit(error: unknown, isUnknown: (error: unknown) => boolean): unknown {
  // Ours has been through here already, or came after the commit.
  const isOurs = error instanceof CasCacheError;
  return !isOurs && isUnknown(error) ? commitUnknown(error) : error;
}

export function commitUnknown(cause: unknown): CasCommitUnknownError {
  const message =
    'The answer to the COMMIT was lost: the transaction may have been committed. Read what it should have written before ' +
    'you repeat it. The error of the driver is in `cause`.';
  return new CasCommitUnknownError(message, { cause });
}

function isSqlState(value: unknown): value is string {
  return typeof value === 'string' && REFUSED.test(value);
}

export function field(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
}
