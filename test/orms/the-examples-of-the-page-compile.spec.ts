import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { complaintsAbout, examplesOf } from '../support/docs/compile-examples.js';
import { installed } from './installed.js';

const FOLDER = join(process.cwd(), 'test', 'orms');

/** What the examples take for granted. */
const GLOBALS = `
import type { CasCacheService } from 'nestjs-cascache';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { Knex } from 'knex';
import type { Kysely } from 'kysely';
import type { PrismaClient } from './generated/prisma/client.js';

interface PageTables { users: { id: string; name: string } }
interface Callbacks { transaction<T>(work: (trx: object) => Promise<T>): Promise<T> }
interface PageConnection { commit(): Promise<void> }
declare global {
  type Tables = PageTables;
  var cache: CasCacheService<string>;
  var pool: Pool;
  var id: string;
  var name: string;
  var url: string;
  var knex: Knex;
  var kysely: Kysely<PageTables>;
  var prisma: PrismaClient;
  var dataSource: DataSource;
  var options: DataSourceOptions;
  var connection: PageConnection;
  var sql: { begin<T>(work: (sql: object) => Promise<T>): Promise<T> };
  var orm: Callbacks;
  var audit: { write(entry: object): Promise<void> };
  var entry: object;
  var User: { new (): { id: string; name: string } };
  function rename(session: object, id: string, name: string): Promise<void>;
  function begin(dataSource: DataSource): Promise<QueryRunner>;
  function work(connection: PageConnection): Promise<void>;
  var MongooseModule: {
    forRoot(uri: string, options: { connectionFactory: (connection: { startSession(): Promise<object> }) => unknown }): object;
  };
}
`;
const PRISMA = `
export declare class PrismaClient {
  constructor(options: { adapter: object });
  $transaction<T>(work: (tx: PrismaClient) => Promise<T>, options?: { timeout?: number; isolationLevel?: string }): Promise<T>;
  $transaction<T extends Promise<unknown>[]>(statements: [...T]): Promise<unknown[]>;
  readonly user: { update(query: object): Promise<object> };
}
`;
/** Packages that are not installed. */
const OTHERS = `
declare module '@prisma/adapter-pg' {
  export class PrismaPg { constructor(options: { connectionString: string | undefined }) }
}
declare module '@nestjs/typeorm' {
  import type { DataSource, DataSourceOptions } from 'typeorm';
  export function getDataSourceToken(): string;
  export class TypeOrmModule {
    static forRootAsync(options: {
      useFactory: () => DataSourceOptions;
      dataSourceFactory: (options?: DataSourceOptions) => Promise<DataSource>;
    }): object;
  }
}
`;

describe('the examples of docs/transactions.md', () => {
  beforeAll(() => installed('knex'));

  it('compile with the types of the libraries, and would not, were they wrong', () => {
    const examples = examplesOf('docs/transactions.md', 'test/orms');
    expect(examples.length).toBeGreaterThan(10);
    const wrong = `
import { transactionalKnex, transactionalKysely, transactionalMethod } from 'nestjs-cascache/transactions';
transactionalKnex(kysely);
transactionalKysely(knex);
transactionalMethod(sql, 'end');
`;
    const complaints = complaintsAbout(
      new Map([
        ...examples,
        [join(FOLDER, 'page-globals.ts'), GLOBALS],
        [join(FOLDER, 'page-modules.d.ts'), OTHERS],
        [join(FOLDER, 'generated', 'prisma', 'client.ts'), PRISMA],
        [join(FOLDER, 'wrong.ts'), wrong],
      ]),
    );
    expect(complaints).toEqual([
      expect.stringMatching(/wrong\.ts: .*not assignable/),
      expect.stringMatching(/wrong\.ts: .*not assignable/),
      expect.stringMatching(/wrong\.ts: .*"end".*not assignable/),
    ]);
  });
});
