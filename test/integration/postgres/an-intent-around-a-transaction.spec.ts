import { expect, it } from '@jest/globals';
import { runInCasTransaction } from 'nestjs-cascache';

import { describeTransactions, rename } from '../../support/postgres/describe-transactions.js';

describeTransactions('a write intent', (the) => {
  it('spans the transaction: between the commit and its end a reader gets a miss, never the old value', async () => {
    const { adapter, caches, database, ada } = the();

    await caches.writer.withWriteIntent(ada, async () => {
      expect(await the().cached(ada)).toBeUndefined();
      await adapter.transaction(async (session) => {
        await rename(session, ada, 'Countess');
        expect(await the().read(ada)).toBe('Ada');
        expect(await the().cached(ada)).toBeUndefined();
      });
      expect(await database.nameOf(ada)).toBe('Countess');
      expect(await the().cached(ada)).toBeUndefined();
      expect(await the().read(ada)).toBe('Countess');
      expect(await the().cached(ada)).toBeUndefined();
    });

    expect(await the().read(ada)).toBe('Countess');
    expect(await the().cached(ada)).toBe('Countess');
  });

  it('is what keeps the old value from being hit after the commit: without one it is, until the invalidation', async () => {
    const { adapter, caches, database, ada } = the();

    await runInCasTransaction(async () => {
      await adapter.transaction(async (session) => {
        await rename(session, ada, 'Countess');
        await caches.writer.invalidate(ada);
      });
      expect(await database.nameOf(ada)).toBe('Countess');
      expect(await the().cached(ada)).toBe('Ada');
    });

    expect(await the().cached(ada)).toBeUndefined();
  });

  it('that is opened inside of a transaction stays open until that has ended', async () => {
    const { adapter, caches, ada } = the();

    await adapter.transaction(async (session) => {
      await caches.writer.withWriteIntent(ada, () => rename(session, ada, 'Countess'));
      expect(await the().cached(ada)).toBeUndefined();
      // A reader who came now would load the row from before the commit, and may not fill the cache with it.
      expect(await the().read(ada)).toBe('Ada');
      expect(await the().cached(ada)).toBeUndefined();
    });

    expect(await the().read(ada)).toBe('Countess');
    expect(await the().cached(ada)).toBe('Countess');
  });

  it('ends with the transaction when that is rolled back, too', async () => {
    const { adapter, caches, ada } = the();
    const undone = new Error('undone');

    const writing = caches.writer.withWriteIntent(ada, () =>
      adapter.transaction(async (session) => {
        await rename(session, ada, 'Countess');
        throw undone;
      }),
    );

    await expect(writing).rejects.toBe(undone);
    expect(await the().read(ada)).toBe('Ada');
    expect(await the().cached(ada)).toBe('Ada');
  });
});
