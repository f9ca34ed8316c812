import { transactionalDataSource } from 'nestjs-cascache/transactions';
import type { EntityManager } from 'typeorm';

import { dataSource } from '../../support/postgres/adapters.js';
import { endedByHand } from './library.js';
import type { Open, Session } from './library.js';

/** Its package is one of the repository. */
export const openTypeOrm: Open = async ({ isTransactional, ...database }) => {
  const plain = await dataSource(database);
  const source = isTransactional ? transactionalDataSource(plain) : plain;
  const session = (manager: EntityManager): Session => ({
    query: (text) => manager.query(text),
    nested: (work) => manager.transaction((inner) => work(session(inner))),
  });
  return {
    transaction: (work) => source.transaction((manager) => work(session(manager))),
    async byHand(work) {
      const runner = source.createQueryRunner();
      await runner.connect();
      try {
        await runner.startTransaction();
        await endedByHand(() => work(session(runner.manager)), {
          commit: () => runner.commitTransaction(),
          rollback: () => runner.rollbackTransaction(),
        });
      } finally {
        await runner.release();
      }
    },
    close: () => source.destroy(),
  };
};
