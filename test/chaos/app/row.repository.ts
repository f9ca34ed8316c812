import { Injectable } from '@nestjs/common';
import { CasCached, CasCacheService, CasInvalidate, runInCasTransaction } from 'nestjs-cascache';
import type { Call } from './call.js';
import { Database } from './database-client.js';
import type { Row, Rows } from './rows.js';

/** A repository as the documentation shows it: reads are cached, a write invalidates. */
@Injectable()
export class RowRepository implements Rows {
  protected writes = 0;

  constructor(
    protected readonly database: Database,
    protected readonly cache: CasCacheService<Row>,
  ) {}

  @CasCached({ key: (row: string) => row })
  async find(row: string, call: Call): Promise<Row> {
    const [version] = await call.source([row], () => this.database.find([row]));
    return { row, version: version as number };
  }

  async findMany(rows: readonly string[], call: Call): Promise<readonly Row[]> {
    const { values, missing } = await this.cache.getBulk(rows);
    if (missing.length > 0) {
      const observed = await this.cache.snapshotGens(missing);
      const versions = await call.source(missing, () => this.database.find(missing));
      const loaded = missing.map((row, i) => [row, { row, version: versions[i] as number }] as const);
      await this.cache.setBulkWithGens(loaded, observed);
      for (const [row, value] of loaded) values.set(row, value);
    }
    return rows.map((row) => values.get(row) as Row);
  }

  /** By the decorator and inside a transaction, in turns. */
  async save(row: string): Promise<number> {
    if (++this.writes % 2 === 0) return this.saveDecorated(row);
    return runInCasTransaction(async () => {
      // Too early for a cache that does not wait for the commit.
      await this.cache.invalidate(row);
      return this.database.save(row);
    });
  }

  @CasInvalidate({ key: (row: string) => row })
  private async saveDecorated(row: string): Promise<number> {
    return this.database.save(row);
  }
}
