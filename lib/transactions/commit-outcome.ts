import { CasCacheError } from '../errors.js';
import { CasCommitUnknownError } from '../write-errors.js';

/** The classes of SQLSTATE by which Postgres, and most of what speaks SQL, refuses: the transaction is rolled back. */
const REFUSED = /^(0[0-9A-Z]|[1-4][0-9]|2[BDF]|3[BDF]|5[3-8]|72|F0|HV|P0|XX)[0-9A-Z]{3}$/;
/** Connection failures, `statement_completion_unknown`, and the server going down under the session. */
const CUT_SHORT = /^(08|40003|57P)/;
const ENDED_SESSION = ['FATAL', 'PANIC'];

/**
 * Whether a COMMIT that failed with this error may have taken effect all the same, or may yet. Only a refusal by the
 * database itself is certain: an SQLSTATE in `code` or `sqlState`, of the error or of its `driverError`, other than
 * those of a connection that was cut short. Everything else is not, a time-out of the driver for instance.
 */
export function isCommitUnknown(error: unknown): boolean {
  const fault = field(error, 'driverError') ?? error;
  const state = [field(fault, 'sqlState'), field(fault, 'code')].find(isSqlState);
  if (state === undefined || CUT_SHORT.test(state)) return true;
  return ENDED_SESSION.some((severity) => severity === field(fault, 'severity'));
}

/**
 * Runs `transact`, which calls its argument and commits once that has resolved. An error from then on is that of the
 * commit, and says that its outcome is unknown when `isUnknown` finds so; any other is thrown as it is.
 */
export async function withKnownOutcome<A extends unknown[], R, T>(
  transact: (work: (...args: A) => Promise<R>) => Promise<T>,
  work: (...args: A) => Promise<R>,
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
    // Ours has been through here already, or came after the commit.
    const ours = error instanceof CasCacheError;
    throw worked && !ours && isUnknown(error) ? commitUnknown(error) : error;
  }
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
