import { Injectable } from '@nestjs/common';
import { CasCached, CasCacheService, CasInvalidate } from 'nestjs-cascache';
import { Database } from './database.js';
import type { User } from './database.js';

@Injectable()
export class UserRepository {
  constructor(
    private readonly database: Database,
    private readonly cache: CasCacheService<User>,
  ) {}

  @CasCached({ key: (id: string) => id })
  async find(id: string): Promise<User | null> {
    return this.database.find(id);
  }

  // A rename that was committed is not undone because Redis is down: the log says so, and the invalidation is retried.
  @CasInvalidate({ key: (id: string) => id, onFailure: 'report' })
  async rename(id: string, name: string): Promise<void> {
    await this.database.rename(id, name);
  }

  /** One read for all, one query for the missing, one write for what the query found. */
  async findMany(ids: readonly string[]): Promise<{ users: User[]; loaded: number }> {
    const { values, missing } = await this.cache.getBulk(ids);
    if (missing.length > 0) {
      const observed = await this.cache.snapshotGens(missing); // before the query, never after
      const rows = await this.database.findMany(missing);
      await this.cache.setBulkWithGens(
        rows.map((row) => [row.id, row] as const),
        observed,
      );
      for (const row of rows) values.set(row.id, row);
    }
    return { users: ids.flatMap((id) => values.get(id) ?? []), loaded: missing.length };
  }
}
