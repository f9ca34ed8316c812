import { transactionalDrizzle } from 'nestjs-cascache/transactions';

import { installed } from '../installed.js';
import type { Open, Pg, Session } from './library.js';

interface Drizzle {
  execute(query: object): Promise<unknown>;
  transaction<T>(work: (tx: Drizzle) => Promise<T>): Promise<T>;
}
interface Driver {
  drizzle: (options: object) => Drizzle;
}
interface Package {
  sql: { raw(text: string): object };
}

export const openDrizzle: Open = async ({ url, isTransactional }) => {
  const { drizzle } = await installed<Driver>('drizzle-orm/node-postgres');
  const { sql } = await installed<Package>('drizzle-orm');
  const { default: pg } = await installed<Pg>('pg');
  const pool = new pg.Pool({ connectionString: url });
  // A connection that is lost says so by an event, to which neither library listens while it is in use.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const plain = drizzle({ client: pool });
  const db = isTransactional ? transactionalDrizzle(plain) : plain;
  const session = (tx: Drizzle): Session => ({
    query: (text) => tx.execute(sql.raw(text)),
    nested: (work) => tx.transaction((inner) => work(session(inner))),
  });
  return { transaction: (work) => db.transaction((tx) => work(session(tx))), close: () => pool.end() };
};
