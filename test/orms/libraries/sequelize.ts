import { transactionalSequelize } from 'nestjs-cascache/transactions';

import { installed } from '../installed.js';
import { endedByHand } from './library.js';
import type { Open, Session } from './library.js';

interface Transaction {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}
interface Sequelize {
  query(text: string, options: { transaction: Transaction }): Promise<unknown>;
  transaction(): Promise<Transaction>;
  transaction<T>(work: (t: Transaction) => Promise<T>): Promise<T>;
  transaction<T>(options: { transaction: Transaction }, work: (t: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
interface Package {
  Sequelize: new (url: string, options: object) => Sequelize;
}

export const openSequelize: Open = async ({ url, schema, isTransactional }) => {
  const { Sequelize } = await installed<Package>('sequelize');
  const dialectOptions = { options: `-c search_path=${schema}` };
  const plain = new Sequelize(url.replace(/\?.*/, ''), { dialect: 'postgres', logging: false, dialectOptions });
  const sequelize = isTransactional ? transactionalSequelize(plain) : plain;
  const session = (transaction: Transaction): Session => ({
    query: (text) => sequelize.query(text, { transaction }),
    nested: (work) => sequelize.transaction({ transaction }, (inner) => work(session(inner))),
  });
  return {
    transaction: (work) => sequelize.transaction((t) => work(session(t))),
    async byHand(work) {
      const t = await sequelize.transaction();
      await endedByHand(() => work(session(t)), t);
    },
    close: () => sequelize.close(),
  };
};
