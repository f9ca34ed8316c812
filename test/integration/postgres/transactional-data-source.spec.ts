import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CasConfigError } from 'nestjs-cascache';
import { transactionalDataSource } from 'nestjs-cascache/transactions';
import type { DataSourceLike } from 'nestjs-cascache/transactions';
import type { DataSource, EntityManager } from 'typeorm';

import { Embedded } from '../../support/core/embedded.js';
import { dataSource } from '../../support/postgres/adapters.js';
import { freshDatabase } from '../../support/postgres/shared-postgres.js';
import type { Database } from '../../support/postgres/shared-postgres.js';

describe('a DataSource of TypeORM', () => {
  let database: Database;
  let plain: DataSource;
  let source: DataSource;
  let cache: Embedded<string>['cache'];

  beforeAll(async () => {
    database = await freshDatabase();
    plain = await dataSource(database);
    source = transactionalDataSource(plain);
  });

  beforeEach(async () => {
    cache = new Embedded<string>().cache;
    await cache.getOrLoad('ada', () => 'Ada');
  });

  afterAll(async () => {
    await plain.destroy();
    await database.close();
  });

  const isolationOf = async (manager: EntityManager): Promise<string> => {
    await cache.invalidate('ada');
    // Collected, so a reader outside of the transaction is served still.
    expect(cache.stats().invalidations).toBe(0);
    const [row] = await manager.query<{ transaction_isolation: string }[]>('SHOW transaction_isolation');
    return row?.transaction_isolation ?? '';
  };

  it('is the same one afterwards', () => {
    expect(source).toBe(plain);
  });

  it.each([
    ['dataSource.transaction(work)', 'read committed', () => source.transaction(isolationOf)],
    ['dataSource.transaction(level, work)', 'serializable', () => source.transaction('SERIALIZABLE', isolationOf)],
    ['manager.transaction(work)', 'read committed', () => source.manager.transaction(isolationOf)],
    ['manager.transaction(level, work)', 'serializable', () => source.manager.transaction('SERIALIZABLE', isolationOf)],
  ])('makes %s a CAS transaction', async (_, level, transact) => {
    expect(await transact()).toBe(level);
    expect(await cache.get('ada')).toBeUndefined();
  });

  it('leaves the complaints of TypeORM as they are', async () => {
    // @ts-expect-error no work
    await expect(source.transaction('SERIALIZABLE')).rejects.toThrow(/callback/);
  });

  it('throws what a subscriber throws, before or after the commit', async () => {
    const refused = new Error('refused by a subscriber');
    source.subscribers.push({ beforeTransactionCommit: () => Promise.reject(refused) });

    await expect(source.transaction(isolationOf)).rejects.toBe(refused);

    source.subscribers.pop();
    expect(await cache.get('ada')).toBeUndefined();
  });

  it('must be one', () => {
    expect(() => transactionalDataSource({ manager: {} } as DataSourceLike)).toThrow(CasConfigError);
  });
});
