import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CasCommitUnknownError, CasInvalidateError, runInCasTransaction } from 'nestjs-cascache';
import { transactionalDataSource } from 'nestjs-cascache/transactions';
import { DataSource, EntitySchema } from 'typeorm';
import type { EntitySubscriberInterface, QueryRunner } from 'typeorm';

import { Embedded } from '../../support/core/embedded.js';
import { freshDatabase } from '../../support/postgres/shared-postgres.js';
import type { Database } from '../../support/postgres/shared-postgres.js';

interface Person {
  id: string;
  name: string;
}

const PERSON = new EntitySchema<Person>({
  name: 'person',
  columns: { id: { type: 'text', primary: true }, name: { type: 'text' } },
});

const UNDONE = new Error('undone');

describe('every transaction of a DataSource', () => {
  let database: Database;
  let source: DataSource;
  let cache: Embedded<string>['cache'];

  beforeAll(async () => {
    database = await freshDatabase();
    source = transactionalDataSource(
      await new DataSource({
        type: 'postgres',
        url: database.url,
        extra: { options: `-c search_path=${database.schema}` },
        entities: [PERSON],
      }).initialize(),
    );
  });

  beforeEach(async () => {
    source.subscribers.length = 0;
    cache = new Embedded<string>().cache;
    await database.admin.query(
      "INSERT INTO person (id, name) VALUES ('ada', 'Ada') ON CONFLICT (id) DO UPDATE SET name = 'Ada'",
    );
    await read();
  });

  afterAll(async () => {
    await source.destroy();
    await database.close();
  });

  const read = (): Promise<string> => cache.getOrLoad('ada', async () => (await database.nameOf('ada')) ?? 'nobody');

  /** Collected, so a reader outside of the transaction is served still. */
  const rename = async (runner: Pick<QueryRunner, 'query'>): Promise<void> => {
    await runner.query("UPDATE person SET name = 'Countess' WHERE id = 'ada'");
    await cache.invalidate('ada');
    expect(cache.stats().invalidations).toBe(0);
  };

  const byHand = async (work: (runner: QueryRunner) => Promise<void>): Promise<void> => {
    const runner = source.createQueryRunner();
    await runner.connect();
    try {
      await runner.startTransaction();
      await work(runner);
      await runner.commitTransaction();
    } catch (error) {
      // On a connection that is lost it fails too, and would hide why.
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  };

  const ofRunner = async (): Promise<void> => {
    const runner = source.createQueryRunner();
    await runner.manager.transaction((manager) => rename(manager));
    await runner.release();
  };

  const savingSubscriber = (): void => {
    const subscriber: EntitySubscriberInterface<Person> = {
      afterUpdate: ({ queryRunner }) => rename(queryRunner),
      afterRemove: ({ queryRunner }) => rename(queryRunner),
    };
    source.subscribers.push(subscriber);
  };

  it.each<[string, () => Promise<unknown>]>([
    ['createQueryRunner().manager.transaction', ofRunner],
    ['createEntityManager().transaction', () => source.createEntityManager().transaction((manager) => rename(manager))],
    ['startTransaction and commitTransaction', () => byHand(rename)],
    [
      'a savepoint of one begun by hand',
      () => byHand(({ manager }) => manager.transaction((nested) => rename(nested))),
    ],
    [
      'a savepoint by hand of one begun by hand',
      () =>
        byHand(async (runner) => {
          await runner.startTransaction();
          await rename(runner);
          await runner.commitTransaction();
          expect(cache.stats().invalidations).toBe(0);
        }),
    ],
  ])('%s: what is invalidated inside waits for the commit', async (_, transact) => {
    await transact();
    expect(cache.stats().invalidations).toBe(1);
    expect(await read()).toBe('Countess');
  });

  it('the transaction of save, in which a subscriber invalidates', async () => {
    savingSubscriber();
    await source.getRepository(PERSON).save({ id: 'ada', name: 'Lovelace' });
    expect(cache.stats().invalidations).toBe(1);
    expect(await read()).toBe('Countess');
  });

  it('that of remove, too', async () => {
    savingSubscriber();
    const people = source.getRepository(PERSON);
    await people.remove(await people.findOneByOrFail({ id: 'ada' }));
    expect(cache.stats().invalidations).toBe(1);
    expect(await read()).toBe('nobody');
  });

  it('a save inside a transaction is a part of it', async () => {
    savingSubscriber();
    await byHand(async ({ manager }) => {
      await manager.getRepository(PERSON).save({ id: 'ada', name: 'Lovelace' });
      expect(cache.stats().invalidations).toBe(0);
    });
    expect(cache.stats().invalidations).toBe(1);
  });

  it('a rollback by hand carries it out, too', async () => {
    const undone = byHand(async (runner) => {
      await rename(runner);
      throw UNDONE;
    });
    await expect(undone).rejects.toBe(UNDONE);
    expect(cache.stats().invalidations).toBe(1);
    expect(await read()).toBe('Ada');
  });

  it('before the connection is given back', async () => {
    const runner = source.createQueryRunner();
    await runner.connect();
    await runner.startTransaction();
    await rename(runner);
    await runner.rollbackTransaction();
    expect(cache.stats().invalidations).toBe(1);
    await runner.release();
  });

  it('what was invalidated around a savepoint by hand is carried out with what was inside', async () => {
    await byHand(async (runner) => {
      await cache.invalidate('before');
      await runner.startTransaction();
      await cache.invalidate('inside');
      await runner.commitTransaction();
      await cache.invalidate('after');
      expect(cache.stats().invalidations).toBe(0);
    });
    expect(cache.stats().invalidations).toBe(3);
  });

  it('and a release without an end', async () => {
    const runner = source.createQueryRunner();
    await runner.connect();
    await runner.startTransaction();
    await rename(runner);
    await runner.query('ROLLBACK');
    await runner.release();
    expect(cache.stats().invalidations).toBe(1);
  });

  it('what comes after the commit acts at once, and other work in parallel is not inside', async () => {
    const outside = new Promise<void>((resolve, reject) => {
      void byHand(() => cache.invalidate('ada')).then(resolve, reject);
    });
    await cache.invalidate('bob');
    expect(cache.stats().invalidations).toBe(1);
    await outside;
    await byHand(async () => undefined);
    await cache.invalidate('carol');
    expect(cache.stats().invalidations).toBe(3);
  });

  it.each<[string, (work: () => Promise<void>) => Promise<void>]>([
    ['of the data source', (work) => source.transaction(work)],
    ['of a manager', (work) => source.createEntityManager().transaction(work)],
  ])('one that begins by a callback does not take in the function that began it: %s', async (_, transact) => {
    const begun = transact(() => cache.invalidate('ada'));
    await cache.invalidate('bob');
    expect(cache.stats().invalidations).toBe(1);
    await begun;
  });

  it('joins a scope around it, and nothing is carried out before that has ended', async () => {
    await runInCasTransaction(async () => {
      await byHand(rename);
      expect(cache.stats().invalidations).toBe(0);
    });
    expect(cache.stats().invalidations).toBe(1);
  });

  it('within another transaction it is one of its own, and is invalidated by itself', async () => {
    await source.transaction(async () => {
      await byHand(rename);
      expect(cache.stats().invalidations).toBe(1);
    });
    expect(cache.stats().invalidations).toBe(1);
  });

  it('what cannot be invalidated after a commit by hand is not hidden by the rollback that follows', async () => {
    const stores = new Embedded<string>();
    await stores.cache.close();
    const failed = byHand(() => stores.cache.invalidate('ada'));
    await expect(failed).rejects.toBeInstanceOf(CasInvalidateError);
  });

  it('an answer to COMMIT that is lost leaves the outcome unknown', async () => {
    // Deferred to COMMIT, which is then under way: the connection ends before its answer.
    await database.admin.query('CREATE TABLE last_words (id text)');
    await database.admin.query(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'`);
    await database.admin.query(`CREATE CONSTRAINT TRIGGER dies_at_commit AFTER INSERT ON last_words
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()`);
    const unknown = byHand(async (runner) => {
      await rename(runner);
      await runner.query("INSERT INTO last_words VALUES ('x')");
    });
    await expect(unknown).rejects.toBeInstanceOf(CasCommitUnknownError);
    expect(cache.stats().invalidations).toBe(1);
  });

  it('a rollback without a transaction is the error of TypeORM, as before', async () => {
    const runner = source.createQueryRunner();
    await expect(runner.rollbackTransaction()).rejects.toThrow(/Transaction is not started/);
    await runner.release();
  });
});
