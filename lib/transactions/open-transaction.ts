import { runInCasTransaction } from '../core/writing/cas-transaction.js';
import { enterScope, inOwnScope } from '../core/writing/transaction-scope.js';
import type { EnteredScope } from '../core/writing/transaction-scope.js';
import { Context } from '../core/support/context.js';

/** A database transaction, or a part of one behind a savepoint, that the running code belongs to. */
export class OpenTransaction {
  /** What it runs on, where that is known: a transaction on the same client is nested in this one. */
  client: unknown = undefined;
  over = false;
  /** How many savepoints it is behind. */
  depth = 0;
  /** Whether a part of it is open, behind a savepoint. */
  divided = false;
  /** Whether the statement that begins it is still to come, from the library that it was handed to. */
  toBegin = false;

  constructor(readonly outer: OpenTransaction | undefined) {}
}

const running = new Context<OpenTransaction>();

/** The innermost open one on `client`. */
export function transactionOn(client: unknown): OpenTransaction | undefined {
  let one = innermost();
  while (one !== undefined && (one.over || one.client !== client)) one = one.outer;
  return one;
}

/** The running one, if it has not begun yet. It counts as begun from then on. */
export function beginAwaited(): OpenTransaction | undefined {
  const one = innermost();
  if (one?.toBegin !== true) return undefined;
  one.toBegin = false;
  return one;
}

/**
 * Runs a database transaction, from its begin to its end, as a CAS transaction. It joins the scope of a write intent,
 * or of `runInCasTransaction`. Within another database transaction it has a scope of its own: it is committed while
 * that one is open, and would be invalidated too late.
 */
export function asTransaction<T>(transact: (transaction: OpenTransaction) => Promise<T>): Promise<T> {
  const transaction = new OpenTransaction(innermost());
  const run = (): Promise<T> => inside(transaction, () => transact(transaction));
  return transaction.outer === undefined ? runInCasTransaction(run) : inOwnScope(run);
}

/** A transaction that one call begins and another one ends. */
export interface EnteredTransaction extends EnteredScope {
  readonly transaction: OpenTransaction;
}

/**
 * As `asTransaction`, for the function that calls this and what it goes on to call. A function that called it without
 * having awaited anything before has the same context, and is in the transaction too.
 */
export function enterTransaction(): EnteredTransaction {
  const transaction = new OpenTransaction(innermost());
  const leave = running.enter(transaction);
  const scope = enterScope(transaction.outer === undefined);
  return {
    transaction,
    commitUnknown: () => scope.commitUnknown(),
    end: () => {
      transaction.over = true;
      leave();
      return scope.end();
    },
  };
}

/** Runs what lies between a savepoint of `whole` and its end. */
export async function asPart<T>(whole: OpenTransaction, transact: (part: OpenTransaction) => Promise<T>): Promise<T> {
  const part = new OpenTransaction(whole);
  part.client = whole.client;
  part.depth = whole.depth + 1;
  whole.divided = true;
  try {
    return await inside(part, () => transact(part));
  } finally {
    whole.divided = false;
  }
}

async function inside<T>(transaction: OpenTransaction, work: () => Promise<T>): Promise<T> {
  try {
    return await running.run(transaction, work);
  } finally {
    transaction.over = true;
  }
}

/** What is left over of a transaction that has ended belongs to the one around it. */
function innermost(): OpenTransaction | undefined {
  let one = running.current;
  while (one?.over === true) one = one.outer;
  return one;
}
