import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { inTransaction, transactionalAdapter, transactionalDataSource } from 'nestjs-cascache/transactions';
import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { loadNestjsCls } from './nestjs-cls.js';
import type { NestjsCls } from './nestjs-cls.js';
import type { Database } from './shared-postgres.js';

/** Runs statements inside of a transaction. */
export interface Session {
  query(text: string, values?: readonly unknown[]): Promise<unknown>;
  /** A part of the transaction, behind a savepoint. */
  nested<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

/** One of the libraries, set up as its users do. */
export interface Adapter {
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Within a transaction: another one, on a connection of its own. */
  separate<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type Open = (database: Pick<Database, 'url' | 'schema'>) => Promise<Adapter>;

const openPg: Open = async ({ url }) => {
  const pool = new Pool({ connectionString: url });
  const session = (client: PoolClient): Session => ({
    query: (text, values) => client.query(text, [...(values ?? [])]),
    nested: (work) => inTransaction(client, (same) => work(session(same))),
  });
  const transaction: Adapter['transaction'] = (work) => inTransaction(pool, (client) => work(session(client)));
  return { transaction, separate: transaction, close: () => pool.end() };
};

const openTypeOrm: Open = async (database) => {
  const source = transactionalDataSource(await dataSource(database));
  const session = (manager: EntityManager): Session => ({
    query: (text, values) => manager.query(text, [...(values ?? [])]),
    nested: (work) => manager.transaction((inner) => work(session(inner))),
  });
  const transaction: Adapter['transaction'] = (work) => source.transaction((manager) => work(session(manager)));
  return { transaction, separate: transaction, close: () => source.destroy() };
};

const openNestjsCls: Open = async (database) => {
  const [source, library] = await Promise.all([dataSource(database), loadNestjsCls()]);
  const { Propagation } = library.transactional;
  const app = await Test.createTestingModule({ imports: [transactionalModule(source, library)] }).compile();
  const host = app.get<TransactionHost<TransactionalAdapterTypeOrm>>(library.transactional.TransactionHost);
  const session: Session = {
    query: (text, values) => host.tx.query(text, [...(values ?? [])]),
    nested: (work) => host.withTransaction(Propagation.Nested, () => work(session)),
  };
  return {
    transaction: (work) => host.withTransaction(() => work(session)),
    separate: (work) => host.withTransaction(Propagation.RequiresNew, () => work(session)),
    async close() {
      await app.close();
      await source.destroy();
    },
  };
};

/** Makes `@Transactional()` work, as a user of the adapter does. */
export function transactionalModule(source: DataSource, { cls, transactional, typeorm }: NestjsCls) {
  @Module({ providers: [{ provide: DataSource, useValue: source }], exports: [DataSource] })
  class DatabaseModule {}

  return cls.ClsModule.forRoot({
    global: true,
    plugins: [
      new transactional.ClsPluginTransactional({
        imports: [DatabaseModule],
        adapter: transactionalAdapter(new typeorm.TransactionalAdapterTypeOrm({ dataSourceToken: DataSource })),
      }),
    ],
  });
}

/** A data source as TypeORM makes it. */
export function dataSource({ url, schema }: Pick<Database, 'url' | 'schema'>): Promise<DataSource> {
  return new DataSource({ type: 'postgres', url, extra: { options: `-c search_path=${schema}` } }).initialize();
}

export const ADAPTERS: readonly (readonly [string, Open])[] = [
  ['pg', openPg],
  ['TypeORM', openTypeOrm],
  ['@nestjs-cls/transactional', openNestjsCls],
];
