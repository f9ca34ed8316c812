import { CasConfigError } from '../errors.js';
import { CasRolledBackError } from '../write-errors.js';
import { commitUnknown, field, isCommitUnknown } from './commit-outcome.js';
import { beginOn } from './begin-on-client.js';
import { asPart, asTransaction, transactionOn } from './open-transaction.js';
import type { OpenTransaction } from './open-transaction.js';

/** One connection: a `Client` of `pg`, or whatever runs a statement and answers with a promise. Not a pool. */
export interface TransactionClient {
  query(text: string): Promise<unknown>;
}

/** What a pool adds to its clients. One that is given back with `true` is not used again. */
export interface PooledClient {
  release(broken?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** A `Pool` of `pg`, or one like it. */
export interface TransactionPool<C extends TransactionClient> {
  connect(): Promise<C & PooledClient>;
  // pg has this overload, and types are inferred from the last one.
  connect(callback: never): void;
  readonly totalCount: number;
}

export interface TransactionOptions {
  /**
   * The statement that begins it, `BEGIN ISOLATION LEVEL SERIALIZABLE` for instance. Default `BEGIN`. Not used when
   * nested.
   */
  readonly begin?: string | undefined;
  /** Whether a COMMIT that failed with this error may have taken effect. Default {@link isCommitUnknown}. */
  readonly isCommitUnknown?: ((error: unknown) => boolean) | undefined;
}

/**
 * Runs `work` between BEGIN and COMMIT, or ROLLBACK when it throws, as a transaction in the sense of
 * `runInCasTransaction`: invalidations inside wait for its end. With a pool, on a client of it, which `work` is given.
 *
 * Within `work`, a call with the same client is nested, behind a savepoint: when it throws, what it did is undone and
 * the rest goes on if the error is caught. A call with another client, or with the pool, is a transaction of its own,
 * which is committed and invalidated by itself.
 *
 * @throws what `work` throws, even if the ROLLBACK fails too
 * @throws CasCommitUnknownError when the connection was lost during COMMIT; `cause` is the driver's error
 * @throws CasRolledBackError when COMMIT was answered with a rollback
 * @throws CasInvalidateError with the result of `work`, which is committed, when not everything could be invalidated
 * @throws CasConfigError for a second nested transaction of a client while one is open; for a client that is in a
 *   transaction which was begun by other means
 */
export function inTransaction<C extends TransactionClient, T>(
  pool: TransactionPool<C>,
  work: (client: C) => Promise<T> | T,
  options?: TransactionOptions,
): Promise<T>;
export function inTransaction<C extends TransactionClient, T>(
  client: C & { readonly totalCount?: never },
  work: (client: C) => Promise<T> | T,
  options?: TransactionOptions,
): Promise<T>;
export async function inTransaction<C extends TransactionClient, T>(
  source: C | TransactionPool<C>,
  work: (client: C) => Promise<T> | T,
  options: TransactionOptions = {},
): Promise<T> {
  const settings = { begin: options.begin ?? 'BEGIN', isUnknown: options.isCommitUnknown ?? isCommitUnknown };
  if (isPool(source)) return asTransaction((transaction) => onClientOf(source, transaction, work, settings));
  const outer = transactionOn(source);
  if (outer !== undefined) return nested(outer, source, work);
  return asTransaction((transaction) => new Connection(source).run(transaction, work, settings));
}

interface Settings {
  readonly begin: string;
  readonly isUnknown: (error: unknown) => boolean;
}

/** Each statement of a pool may run on another connection, so one is taken out of it. */
async function onClientOf<C extends TransactionClient, T>(
  pool: TransactionPool<C>,
  transaction: OpenTransaction,
  work: (client: C) => Promise<T> | T,
  settings: Settings,
): Promise<T> {
  const client = await pool.connect();
  const connection = new Connection<C>(client);
  // A connection that is cut while it is idle says so by an event. No other code listens to it while the client is out.
  client.on('error', ignored);
  try {
    return await connection.run(transaction, work, settings);
  } finally {
    client.release(!connection.idle);
    client.removeListener('error', ignored);
  }
}

/** The next statement fails with it. */
function ignored(): void {}

class Connection<C extends TransactionClient> {
  /** Whether no transaction is open on it, as far as is known. */
  idle = true;

  constructor(private readonly client: C) {}

  async run<T>(
    transaction: OpenTransaction,
    work: (client: C) => Promise<T> | T,
    { begin, isUnknown }: Settings,
  ): Promise<T> {
    transaction.client = this.client;
    this.idle = false;
    await beginOn(this.client, begin);
    let result: T;
    try {
      result = await work(this.client);
    } catch (error) {
      await this.rollBack();
      throw error;
    }
    await this.commit(isUnknown);
    return result;
  }

  private async commit(isUnknown: (error: unknown) => boolean): Promise<void> {
    let answer: unknown;
    try {
      answer = await this.client.query('COMMIT');
    } catch (error) {
      if (isUnknown(error)) throw commitUnknown(error);
      await this.rollBack();
      throw error;
    }
    this.idle = true;
    // Postgres commits nothing after a statement that failed, and calls that a success.
    if (field(answer, 'command') !== 'ROLLBACK') return;
    const message =
      'COMMIT was answered with ROLLBACK, because a statement of the transaction had failed and its error was caught: ' +
      'nothing was written. Let that error through, or run the statement in a nested `inTransaction`.';
    throw new CasRolledBackError(message);
  }

  /** What led here is thrown; that this failed too only means that the client is of no more use. */
  private async rollBack(): Promise<void> {
    try {
      await this.client.query('ROLLBACK');
      this.idle = true;
    } catch {
      // The database rolls back what its client abandons.
    }
  }
}

async function nested<C extends TransactionClient, T>(
  outer: OpenTransaction,
  client: C,
  work: (client: C) => Promise<T> | T,
): Promise<T> {
  if (outer.divided) {
    throw new CasConfigError(
      'A nested transaction was begun while another one of the same client is open: undoing one would undo parts of the ' +
        'other. Await the first before you begin the second, or use a client for each.',
    );
  }
  return asPart(outer, async ({ depth }) => {
    // One that was rolled back to stays. By depth, the latest of a name is always the one that is meant.
    const savepoint = `cascache_${depth}`;
    await client.query(`SAVEPOINT ${savepoint}`);
    let result: T;
    try {
      result = await work(client);
    } catch (error) {
      // When this fails, so will the COMMIT.
      await client.query(`ROLLBACK TO SAVEPOINT ${savepoint}`).catch(() => undefined);
      throw error;
    }
    await client.query(`RELEASE SAVEPOINT ${savepoint}`);
    return result;
  });
}

function isPool<C extends TransactionClient>(source: C | TransactionPool<C>): source is TransactionPool<C> {
  return typeof field(source, 'totalCount') === 'number' && typeof field(source, 'connect') === 'function';
}
