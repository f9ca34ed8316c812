import { CasConfigError } from '../errors.js';

/** `active_sql_transaction`: how Postgres warns of a BEGIN inside of a transaction, which it otherwise ignores. */
const IN_TRANSACTION = '25001';

interface Client {
  query(text: string): Promise<unknown>;
}

/** What `pg` adds to it. */
interface PgClient {
  getTransactionStatus(): unknown;
  on(event: 'notice', listener: (notice: { readonly code?: unknown }) => void): unknown;
  removeListener(event: 'notice', listener: (notice: { readonly code?: unknown }) => void): unknown;
}

/**
 * Begins a transaction on a client that has none.
 *
 * A database that is in one already ignores the BEGIN, or commits what went before. In either case the COMMIT would end
 * a transaction that another part of the program relies on.
 *
 * @throws CasConfigError for a client that is in one, where that can be told; its transaction is left as it is
 */
export async function beginOn(client: Client & Partial<PgClient>, begin: string): Promise<void> {
  const status = client.getTransactionStatus?.();
  if (status === 'T' || status === 'E') throw alreadyInOne();
  // The status is that of the last answer. A BEGIN that was sent before this one shows in the answer to this one only.
  let warned = false;
  const onNotice = ({ code }: { readonly code?: unknown }): void => {
    warned ||= code === IN_TRANSACTION;
  };
  client.on?.('notice', onNotice);
  try {
    await client.query(begin);
  } finally {
    client.removeListener?.('notice', onNotice);
  }
  if (warned) throw alreadyInOne();
}

function alreadyInOne(): CasConfigError {
  return new CasConfigError(
    'inTransaction was given a client that is in a transaction already, which was begun by other means: its COMMIT would end ' +
      'that one. Pass the pool or another client; or put what begins and commits that transaction into runInCasTransaction, ' +
      'and do without inTransaction inside.',
  );
}
