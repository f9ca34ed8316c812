import { transactionalKysely } from 'nestjs-cascache/transactions';

import { installed } from '../installed.js';
import { endedByHand } from './library.js';
import type { Open, Pg, Session } from './library.js';

export interface Kysely {
  executeQuery(query: object): Promise<unknown>;
  transaction(): Transaction;
  startTransaction(): { execute(): Promise<Controlled> };
  connection(): { execute<T>(work: (db: Kysely) => Promise<T>): Promise<T> };
  withSchema(schema: string): Kysely;
  destroy(): Promise<void>;
}
interface Transaction {
  setIsolationLevel(level: string): Transaction;
  execute<T>(work: (trx: Kysely) => Promise<T>): Promise<T>;
}
interface Command {
  execute(): Promise<Controlled>;
}
interface Controlled extends Kysely {
  savepoint(name: string): Command;
  rollbackToSavepoint(name: string): Command;
  releaseSavepoint(name: string): Command;
  commit(): Command;
  rollback(): Command;
}
interface Package {
  Kysely: new (options: object) => Kysely;
  PostgresDialect: new (options: object) => object;
  CompiledQuery: { raw(text: string): object };
}

export async function makeKysely(url: string): Promise<{ db: Kysely; raw: (text: string) => object }> {
  const { Kysely, PostgresDialect, CompiledQuery } = await installed<Package>('kysely');
  const { default: pg } = await installed<Pg>('pg');
  const pool = new pg.Pool({ connectionString: url });
  // A connection that is lost says so by an event, to which neither library listens while it is in use.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    db: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    raw: (text) => CompiledQuery.raw(text),
  };
}

export const openKysely: Open = async ({ url, isTransactional }) => {
  const { db: plain, raw } = await makeKysely(url);
  const db = isTransactional ? transactionalKysely(plain) : plain;
  const session = (trx: Kysely): Session => ({ query: (text) => trx.executeQuery(raw(text)) });
  const controlled = (trx: Controlled): Session => ({
    ...session(trx),
    async nested(work) {
      const inner = await trx.savepoint('part').execute();
      await endedByHand(() => work(session(inner)), {
        commit: () => inner.releaseSavepoint('part').execute(),
        rollback: () => inner.rollbackToSavepoint('part').execute(),
      });
    },
  });
  return {
    transaction: (work) => db.transaction().execute((trx) => work(session(trx))),
    async byHand(work) {
      const trx = await db.startTransaction().execute();
      await endedByHand(() => work(controlled(trx)), {
        commit: () => trx.commit().execute(),
        rollback: () => trx.rollback().execute(),
      });
    },
    close: () => db.destroy(),
  };
};
