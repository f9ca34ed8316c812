import { transactionalKnex } from 'nestjs-cascache/transactions';

import { installed } from '../installed.js';
import { endedByHand } from './library.js';
import type { Open, Session } from './library.js';

interface Transactor {
  raw(text: string): Promise<unknown>;
  transaction<T>(handler: (trx: Transactor) => Promise<T>): Promise<T>;
  commit(): Promise<unknown>;
  rollback(): Promise<unknown>;
}
export interface Knex {
  transaction(): Promise<Transactor>;
  transaction<T>(handler: (trx: Transactor) => Promise<T>): Promise<T>;
  transaction(handler: (trx: Transactor) => void): Promise<unknown>;
  withUserParams(params: object): Knex;
  batchInsert(table: string, rows: readonly object[]): Promise<unknown>;
  on(event: string, listener: () => void): void;
  destroy(): Promise<void>;
}
type MakeKnex = (options: object) => Knex;

export async function makeKnex(url: string): Promise<Knex> {
  const { default: make } = await installed<{ default: MakeKnex }>('knex');
  return make({ client: 'pg', connection: url });
}

export const openKnex: Open = async ({ url, isTransactional }) => {
  const plain = await makeKnex(url);
  const knex = isTransactional ? transactionalKnex(plain) : plain;
  const session = (trx: Transactor): Session => ({
    query: (text) => trx.raw(text),
    nested: (work) => trx.transaction((inner) => work(session(inner))),
  });
  return {
    transaction: (work) => knex.transaction((trx) => work(session(trx))),
    async byHand(work) {
      const trx = await knex.transaction();
      await endedByHand(() => work(session(trx)), trx);
    },
    close: () => knex.destroy(),
  };
};
