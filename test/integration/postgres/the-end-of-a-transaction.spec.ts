import { describe, expect, it } from '@jest/globals';
import { CasInvalidateError } from 'nestjs-cascache';

import { MEMORY } from '../../support/core/topologies.js';
import { settled } from '../../support/core/manual-timers.js';
import { ADAPTERS } from '../../support/postgres/adapters.js';
import { describeTransactions, rename } from '../../support/postgres/describe-transactions.js';
import { Gate } from '../../support/postgres/gate.js';
import { freshDatabase } from '../../support/postgres/shared-postgres.js';

const UNDONE = new Error('undone');

describeTransactions('the end of a transaction', (the) => {
  it('carries out everything after a rollback too: an extra invalidation harms nothing', async () => {
    const { adapter, caches, database, ada } = the();

    const undone = adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await caches.writer.invalidate(ada);
      throw UNDONE;
    });

    await expect(undone).rejects.toBe(UNDONE);
    expect(await database.nameOf(ada)).toBe('Ada');
    expect(await the().cached(ada)).toBeUndefined();
    expect(await the().read(ada)).toBe('Ada');
  });

  it('is rolled back by the database when a statement fails, with the error of the driver', async () => {
    const { adapter, caches, database, ada } = the();

    const failing = adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await caches.writer.invalidate(ada);
      await session.query('SELECT 1 / 0');
    });

    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect(await database.nameOf(ada)).toBe('Ada');
    expect(await the().cached(ada)).toBeUndefined();
  });

  it('comes before what is left over of its work, which invalidates at once', async () => {
    const { adapter, caches, database, ada } = the();
    const later = new Gate();
    let leftOver: Promise<void> = Promise.resolve();

    await adapter.transaction(async () => {
      leftOver = (async () => {
        await later.opened;
        await rename(database.admin, ada, 'Countess');
        await caches.writer.invalidate(ada);
      })();
    });
    expect(await the().cached(ada)).toBe('Ada');
    later.open();
    await leftOver;

    expect(await the().cached(ada)).toBeUndefined();
    expect(await the().read(ada)).toBe('Countess');
  });

  it('carries out a clear', async () => {
    const { adapter, caches, ada } = the();

    await adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await caches.writer.clear();
      expect(await caches.writer.get(ada)).toBeUndefined();
      expect(await the().cached(ada)).toBe('Ada');
    });

    expect(await the().cached(ada)).toBeUndefined();
  });
});

describe.each(ADAPTERS)('an invalidation that fails at the end of a transaction: %s', (_, open) => {
  it('is a CasInvalidateError with the result of what was committed, and is retried', async () => {
    const database = await freshDatabase();
    const adapter = await open(database);
    const rig = MEMORY.rig();
    await database.admin.query(`INSERT INTO person VALUES ('ada', 'Ada')`);
    rig.seed('ada', 'Ada');
    rig.generations.script.fail('bumpMany', 'reject', new Error('down'));
    rig.generations.script.fail('bump', 'reject', new Error('down'));

    const writing = adapter.transaction(async (session) => {
      await rename(session, 'ada', 'Countess');
      await rig.cache.invalidate('ada');
      return 'renamed';
    });

    const error: unknown = await writing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CasInvalidateError);
    expect(error).toMatchObject({ result: 'renamed', failures: new Map([['ada', new Error('down')]]) });
    expect(await database.nameOf('ada')).toBe('Countess');
    expect(rig.cache.stats().pendingInvalidations.keys).toBe(1);
    expect(await rig.cache.get('ada')).toBeUndefined();

    rig.mend();
    rig.timers.advance(50);
    await settled();
    expect(rig.cache.stats().pendingInvalidations.keys).toBe(0);

    await adapter.close();
    await database.close();
  });
});
