import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CasCommitUnknownError } from 'nestjs-cascache';

import { settled } from '../../support/core/manual-timers.js';
import { NEAR } from '../../support/core/topologies.js';
import type { Rig } from '../../support/core/rig.js';
import { ADAPTERS } from '../../support/postgres/adapters.js';
import type { Adapter, Session } from '../../support/postgres/adapters.js';
import { rename } from '../../support/postgres/describe-transactions.js';
import { lossyProxy } from '../../support/postgres/lossy-proxy.js';
import type { LossyProxy } from '../../support/postgres/lossy-proxy.js';
import { freshDatabase } from '../../support/postgres/shared-postgres.js';
import type { Database } from '../../support/postgres/shared-postgres.js';
import { until } from '../../support/redis/until.js';

const LEASE_MS = 30_000;

describe.each(ADAPTERS)('a commit whose answer does not come: %s', (_, open) => {
  let database: Database;
  let proxy: LossyProxy;
  let adapter: Adapter;
  let rig: Rig;

  beforeAll(async () => {
    database = await freshDatabase();
    proxy = await lossyProxy(database.url);
    adapter = await open({ ...database, url: proxy.url });
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
  });

  afterEach(() => database.admin.query('TRUNCATE person, slow, one'));

  afterAll(async () => {
    await adapter.close();
    await proxy.close();
    await database.close();
  });

  const renameAda = async (session: Session): Promise<void> => {
    await rename(session, 'ada', 'Countess');
    await rig.cache.invalidate('ada');
  };
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const load = () => rig.cache.getOrLoad('ada', () => database.nameOf('ada'));

  it('is unknown to its caller, although it has taken effect; the keys are invalidated now and once more after the lease', async () => {
    proxy.loseAnswerTo('COMMIT');

    const error = await failure(adapter.transaction(renameAda));

    expect(error).toBeInstanceOf(CasCommitUnknownError);
    expect(error).toMatchObject({ cause: expect.objectContaining({ message: expect.stringMatching(/connection/i) }) });
    await until(async () => (await database.nameOf('ada')) === 'Countess', 'the commit took effect');
    expect(await rig.cache.get('ada')).toBeUndefined();
    // Had it not taken effect yet, this would be the old row.
    await load();
    expect(rig.has('ada')).toBe(true);
    rig.timers.advance(LEASE_MS);
    await settled();
    expect(await rig.cache.get('ada')).toBeUndefined();
  });

  it('leaves an intent open, so that nobody fills the key before the lease has run out', async () => {
    proxy.loseAnswerTo('COMMIT');

    const error = await failure(rig.cache.withWriteIntent('ada', () => adapter.transaction(renameAda)));

    expect(error).toBeInstanceOf(CasCommitUnknownError);
    await load();
    expect(await rig.cache.get('ada')).toBeUndefined();
    expect(await rig.cache.snapshotGen('ada')).toBe(0);
    expect(rig.log.steps()).not.toContain('intents.settle');
  });

  it('is unknown when the session is killed during COMMIT', async () => {
    const locker = await database.admin.connect();
    await locker.query('SELECT pg_advisory_lock(hashtext(current_schema()))');

    const writing = failure(
      adapter.transaction(async (session) => {
        await renameAda(session);
        await session.query(`INSERT INTO slow VALUES ('x')`);
      }),
    );
    await until(async () => (await killWaitingForLock()) === 1, 'the COMMIT waits');

    expect(await writing).toBeInstanceOf(CasCommitUnknownError);
    await locker.query('SELECT pg_advisory_unlock_all()');
    locker.release();
    expect(await rig.cache.get('ada')).toBeUndefined();
  });

  it('is known when the session was killed before COMMIT: nothing was written', async () => {
    const error = await failure(
      adapter.transaction(async (session) => {
        await renameAda(session);
        await session.query('SELECT pg_terminate_backend(pg_backend_pid())');
      }),
    );

    expect(error).not.toBeInstanceOf(CasCommitUnknownError);
    expect(error).toMatchObject({ code: '57P01' });
    expect(await database.nameOf('ada')).toBe('Ada');
    expect(await rig.cache.get('ada')).toBeUndefined();
  });

  it('is known when the database refuses the COMMIT: the error is its own, and an intent is settled', async () => {
    const writing = rig.cache.withWriteIntent('ada', () =>
      adapter.transaction(async (session) => {
        await renameAda(session);
        await session.query('INSERT INTO one VALUES (1), (1)');
      }),
    );

    expect(await failure(writing)).toMatchObject({ code: '23505' });
    expect(rig.log.steps()).toContain('intents.settle');
    expect(await load()).toBe('Ada');
    expect(await rig.cache.get('ada')).toBe('Ada');
  });

  it('leaves the pool in order: the next transaction is as any other', async () => {
    proxy.loseAnswerTo('COMMIT');
    await failure(adapter.transaction(renameAda));

    await adapter.transaction((session) => rename(session, 'ada', 'Lady'));

    expect(await database.nameOf('ada')).toBe('Lady');
  });

  async function killWaitingForLock(): Promise<number> {
    const { rows } = await database.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE wait_event = 'advisory' AND query = 'COMMIT'
         AND pid IN (SELECT pid FROM pg_locks WHERE objid = (hashtext(current_schema())::bigint & 4294967295)::oid)`,
    );
    return rows.length;
  }
});
