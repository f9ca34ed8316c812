import { AsyncLocalStorage } from 'node:async_hooks';
import { runInCasTransaction } from '../core/writing/cas-transaction.js';
import { inOwnScope } from '../core/writing/transaction-scope.js';

/** A database transaction, or a part of one behind a savepoint, that the running code belongs to. */
export class OpenTransaction {
  /** What it runs on, where that is known: a transaction on the same client is nested in this one. */
  client: unknown = undefined;
  over = false;
  /** How many savepoints it is behind. */
  depth = 0;
  /** Whether a part of it is open, behind a savepoint. */
  divided = false;

  constructor(readonly outer: OpenTransaction | undefined) {}
}

const running = new AsyncLocalStorage<OpenTransaction>();

/** The innermost open one on `client`. */
export function transactionOn(client: unknown): OpenTransaction | undefined {
  let one = innermost();
  while (one !== undefined && (one.over || one.client !== client)) one = one.outer;
  return one;
}

/**
 * Runs a database transaction, from its begin to its end, as a CAS transaction. It joins the scope of a write intent, or of
 * `runInCasTransaction`. Within another database transaction it has a scope of its own: it is committed while that one is
 * open, and would be invalidated too late.
 */
export function asTransaction<T>(transact: (transaction: OpenTransaction) => Promise<T>): Promise<T> {
  const transaction = new OpenTransaction(innermost());
  const run = (): Promise<T> => inside(transaction, () => transact(transaction));
  return transaction.outer === undefined ? runInCasTransaction(run) : inOwnScope(run);
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
  let one = running.getStore();
  while (one?.over === true) one = one.outer;
  return one;
}
