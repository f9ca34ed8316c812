import { AsyncLocalStorage } from 'node:async_hooks';

import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';

import { ADAPTERS } from './adapters.js';
import type { Adapter, Session } from './adapters.js';
import { STORES } from './caches.js';
import type { Caches } from './caches.js';
import { freshDatabase } from './shared-postgres.js';
import type { Database } from './shared-postgres.js';

/** A database with a person called Ada, who is in the cache by that name, and with Bob, who is not. */
export class Scene {
  private people = 0;
  /** Not in the transaction that a test may be in. */
  private readonly outside = AsyncLocalStorage.snapshot();
  ada = '';
  bob = '';

  constructor(
    readonly database: Database,
    readonly adapter: Adapter,
    readonly caches: Caches,
  ) {}

  async begin(): Promise<void> {
    this.people++;
    this.ada = `ada-${this.people}`;
    this.bob = `bob-${this.people}`;
    await this.database.admin.query('INSERT INTO person (id, name) VALUES ($1, $3), ($2, $4)', [
      this.ada,
      this.bob,
      'Ada',
      'Bob',
    ]);
    await this.read(this.ada);
    this.caches.events.forget();
  }

  /** As another process reads: through the cache, from what is committed. */
  read(id: string): Promise<string> {
    return this.outside(() =>
      this.caches.reader.getOrLoad(id, async () => (await this.database.nameOf(id)) ?? 'nobody'),
    );
  }

  /** What another process would be served without asking the database. */
  cached(id: string): Promise<string | undefined> {
    return this.outside(() => this.caches.reader.get(id));
  }
}

export async function rename(session: Pick<Session, 'query'>, id: string, name: string): Promise<void> {
  await session.query('UPDATE person SET name = $2 WHERE id = $1', [id, name]);
}

/** The same tests for every library, in process and with two processes on Redis. */
export function describeTransactions(what: string, tests: (scene: () => Scene) => void): void {
  const all = ADAPTERS.flatMap(([library, open]) =>
    STORES.map(([store, caches]) => ({ library, open, store, caches })),
  );
  describe.each(all)(`${what}: $library, $store`, ({ open, caches }) => {
    let scene: Scene;

    beforeAll(async () => {
      const database = await freshDatabase();
      scene = new Scene(database, await open(database), await caches());
    });

    beforeEach(() => scene.begin());

    afterAll(async () => {
      await scene.adapter.close();
      await scene.caches.close();
      await scene.database.close();
    });

    tests(() => scene);
  });
}
