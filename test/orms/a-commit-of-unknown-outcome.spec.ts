import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CasCommitUnknownError } from 'nestjs-cascache';
import { isCommitUnknown } from 'nestjs-cascache/transactions';

import { settled } from '../support/core/manual-timers.js';
import type { Rig } from '../support/core/rig.js';
import { NEAR } from '../support/core/topologies.js';
import { lossyProxy } from '../support/postgres/lossy-proxy.js';
import type { LossyProxy } from '../support/postgres/lossy-proxy.js';
import { freshDatabase } from '../support/postgres/shared-postgres.js';
import type { Database } from '../support/postgres/shared-postgres.js';
import { until, works } from '../support/redis/until.js';
import { LIBRARIES } from './libraries/all.js';
import type { Library, Session } from './libraries/library.js';
import { toCountess } from './stage.js';

const LEASE_MS = 30_000;

describe.each(LIBRARIES)('a commit of %s whose answer does not come', (_, open) => {
  let database: Database;
  let proxy: LossyProxy;
  let library: Library;
  let rig: Rig;

  beforeAll(async () => {
    // Knex and Sequelize print what becomes of their connections.
    for (const method of ['log', 'warn'] as const) jest.spyOn(console, method).mockReturnValue(undefined);
    database = await freshDatabase();
    proxy = await lossyProxy(database.url);
    library = await open({ ...database, url: proxy.url, isTransactional: true });
    await database.admin.query('CREATE TABLE slow (id text)');
    await database.admin.query(`CREATE FUNCTION wait_for_lock() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_advisory_xact_lock(hashtext(current_schema())); RETURN NULL; END'`);
    await database.admin.query(`CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON slow
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_lock()`);
    await database.admin.query('CREATE TABLE one (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
  });

  beforeEach(async () => {
    rig = NEAR.rig({ intentLease: LEASE_MS });
    await database.admin.query(`INSERT INTO person VALUES ('ada', 'Ada')`);
    rig.seed('ada', 'Ada');
    // Pools find out in their own time that a connection of the test before was cut.
    const probe = () => library.transaction((session) => session.query('SELECT 1'));
    await until(() => works(probe), 'the pool has a connection that works');
  });

  afterEach(() => database.admin.query('TRUNCATE person, slow, one'));

  afterAll(async () => {
    await library.close();
    await proxy.close();
    await database.close();
    jest.restoreAllMocks();
  });

  const renameAda = async (session: Session): Promise<void> => {
    await session.query(toCountess);
    await rig.cache.invalidate('ada');
  };
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const load = () => rig.cache.getOrLoad('ada', () => database.nameOf('ada'));

  it('is unknown, although it has taken effect; the keys are invalidated now and once more after the lease', async () => {
    proxy.loseAnswerTo('COMMIT');

    const error = await failure(library.transaction(renameAda));

    expect(error).toBeInstanceOf(CasCommitUnknownError);
    await until(async () => (await database.nameOf('ada')) === 'Countess', 'the commit took effect');
    expect(await rig.cache.get('ada')).toBeUndefined();
    await load();
    expect(rig.has('ada')).toBe(true);
    rig.timers.advance(LEASE_MS);
    await settled();
    expect(await rig.cache.get('ada')).toBeUndefined();
  });

  it('leaves an intent open, so that nothing fills the key before the lease has run out', async () => {
    proxy.loseAnswerTo('COMMIT');

    const error = await failure(rig.cache.withWriteIntent('ada', () => library.transaction(renameAda)));

    expect(error).toBeInstanceOf(CasCommitUnknownError);
    await load();
    expect(await rig.cache.get('ada')).toBeUndefined();
    expect(rig.log.steps()).not.toContain('intents.settle');
  });

  it('is unknown when the session is killed during COMMIT', async () => {
    const locker = await database.admin.connect();
    await locker.query('SELECT pg_advisory_lock(hashtext(current_schema()))');

    const writing = failure(
      library.transaction(async (session) => {
        await renameAda(session);
        await session.query(`INSERT INTO slow VALUES ('x')`);
      }),
    );
    await until(async () => (await killWaitingForLock()) === 1, 'the COMMIT waits');

    const error = await writing;
    await locker.query('SELECT pg_advisory_unlock_all()');
    locker.release();
    expect(error).toBeInstanceOf(CasCommitUnknownError);
    expect(await rig.cache.get('ada')).toBeUndefined();
  });

  it('is known when the session was killed before COMMIT: nothing was written', async () => {
    const error = await failure(
      library.transaction(async (session) => {
        await renameAda(session);
        await session.query('SELECT pg_terminate_backend(pg_backend_pid())');
      }),
    );

    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(CasCommitUnknownError);
    expect(await database.nameOf('ada')).toBe('Ada');
    expect(await rig.cache.get('ada')).toBeUndefined();
  });

  it('is known when the database refuses the COMMIT: the error is its own, and an intent is settled', async () => {
    const writing = rig.cache.withWriteIntent('ada', () =>
      library.transaction(async (session) => {
        await renameAda(session);
        await session.query('INSERT INTO one VALUES (1), (1)');
      }),
    );

    const error = await failure(writing);
    expect(error).not.toBeInstanceOf(CasCommitUnknownError);
    expect(isCommitUnknown(error)).toBe(false);
    expect(rig.log.steps()).toContain('intents.settle');
    expect(await load()).toBe('Ada');
    expect(await rig.cache.get('ada')).toBe('Ada');
  });

  it('leaves the library in order: the next transaction is as any other', async () => {
    proxy.loseAnswerTo('COMMIT');
    await failure(library.transaction(renameAda));

    await library.transaction(renameAda);

    expect(await database.nameOf('ada')).toBe('Countess');
  });

  async function killWaitingForLock(): Promise<number> {
    const { rows } = await database.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE wait_event = 'advisory' AND query ILIKE 'commit%'
         AND pid IN (SELECT pid FROM pg_locks WHERE objid = (hashtext(current_schema())::bigint & 4294967295)::oid)`,
    );
    return rows.length;
  }
});
