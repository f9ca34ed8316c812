import { AsyncLocalStorage } from 'node:async_hooks';

import type { CasCacheService } from '../../lib/core/cas-cache.js';
import { freshDatabase } from '../support/postgres/shared-postgres.js';
import type { Database } from '../support/postgres/shared-postgres.js';

/** Not in the transaction that a test may be in. */
const outside = AsyncLocalStorage.snapshot();

/** A database with Ada and Bob, and a cache of their names. */
export class Stage {
  constructor(
    readonly database: Database,
    readonly cache: CasCacheService<string>,
  ) {}

  static async open(cache: CasCacheService<string>): Promise<Stage> {
    return new Stage(await freshDatabase(), cache);
  }

  /** As at first, and both are in the cache. */
  async begin(): Promise<void> {
    await this.database.admin.query(
      `INSERT INTO person (id, name) VALUES ('ada', 'Ada'), ('bob', 'Bob') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name`,
    );
    await this.cache.invalidate(['ada', 'bob']);
    await this.read('ada');
    await this.read('bob');
  }

  /** As a request in another session reads: through the cache, from what is committed. */
  read(id: string): Promise<string> {
    return outside(() => this.cache.getOrLoad(id, async () => (await this.database.nameOf(id)) ?? 'nobody'));
  }

  /** What such a request would be served without a question to the database. */
  cached(id: string): Promise<string | undefined> {
    return outside(() => this.cache.get(id));
  }
}

export const toCountess = `UPDATE person SET name = 'Countess' WHERE id = 'ada'`;
export const toRobert = `UPDATE person SET name = 'Robert' WHERE id = 'bob'`;
