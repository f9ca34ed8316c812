import { expect, it } from '@jest/globals';

import { describeTransactions, rename } from '../../support/postgres/describe-transactions.js';

const UNDONE = new Error('undone');

describeTransactions('a nested transaction', (the) => {
  it('joins the outer one: its invalidations are carried out when that has ended', async () => {
    const { adapter, caches, database, ada, bob } = the();
    await the().read(bob);

    await adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await caches.writer.invalidate(ada);
      await session.nested(async (inner) => {
        await rename(inner, bob, 'Robert');
        await caches.writer.invalidate(bob);
      });
      expect(await caches.writer.get(bob)).toBeUndefined();
      // Nothing is committed yet, and whoever read Bob now would read him from before.
      expect(await the().cached(bob)).toBe('Bob');
      expect(await database.nameOf(bob)).toBe('Bob');
    });

    expect(await the().cached(ada)).toBeUndefined();
    expect(await the().cached(bob)).toBeUndefined();
    expect(await the().read(bob)).toBe('Robert');
  });

  it('that is rolled back to its savepoint leaves the outer one as it was, and is invalidated with it', async () => {
    const { adapter, caches, database, ada, bob } = the();
    await the().read(bob);

    await adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await caches.writer.invalidate(ada);
      const inner = session.nested(async (part) => {
        await rename(part, bob, 'Robert');
        await caches.writer.invalidate(bob);
        throw UNDONE;
      });
      await expect(inner).rejects.toBe(UNDONE);
      expect(await the().cached(bob)).toBe('Bob');
    });

    expect(await database.nameOf(ada)).toBe('Countess');
    expect(await database.nameOf(bob)).toBe('Bob');
    expect(await the().cached(ada)).toBeUndefined();
    expect(await the().cached(bob)).toBeUndefined();
    expect(await the().read(bob)).toBe('Bob');
  });

  it('undoes no more and no less than its own part, however they are nested', async () => {
    const { adapter, caches, database, ada, bob } = the();
    const fail = () => Promise.reject(UNDONE);

    await adapter.transaction(async (session) => {
      await rename(session, bob, 'Robert');
      const outer = session.nested(async (part) => {
        await rename(part, ada, 'Countess');
        await expect(part.nested(fail)).rejects.toBe(UNDONE);
        await part.nested(() => rename(part, bob, 'Rob'));
        throw UNDONE;
      });
      await expect(outer).rejects.toBe(UNDONE);
      await expect(session.nested(fail)).rejects.toBe(UNDONE);
      await caches.writer.invalidate([ada, bob]);
    });

    expect(await database.nameOf(ada)).toBe('Ada');
    expect(await database.nameOf(bob)).toBe('Robert');
  });

  it('after a statement that failed in it, the outer one can still be committed', async () => {
    const { adapter, database, ada } = the();

    await adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await expect(session.nested((inner) => inner.query('SELECT 1 / 0'))).rejects.toMatchObject({ code: '22012' });
    });

    expect(await database.nameOf(ada)).toBe('Countess');
  });
});

describeTransactions('a transaction of its own within another', (the) => {
  it('is invalidated by itself, as it is committed by itself, before the outer one ends', async () => {
    const { adapter, caches, database, ada, bob } = the();
    await the().read(bob);

    const outer = adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await caches.writer.invalidate(ada);
      await adapter.separate(async (other) => {
        await rename(other, bob, 'Robert');
        await caches.writer.invalidate(bob);
        expect(await the().cached(bob)).toBe('Bob');
      });
      // Its caller has been told that Bob is renamed. So is everybody else, while the outer one waits.
      expect(await database.nameOf(bob)).toBe('Robert');
      expect(await the().cached(bob)).toBeUndefined();
      expect(await the().read(bob)).toBe('Robert');
      expect(await the().cached(ada)).toBe('Ada');
      // Here nothing fills the cache, and what others filled may be hit.
      expect(await caches.writer.snapshotGen(bob)).toBe(0);
      expect(await caches.writer.get(bob)).toBe('Robert');
      throw UNDONE;
    });
    await expect(outer).rejects.toBe(UNDONE);

    expect(await database.nameOf(ada)).toBe('Ada');
    expect(await database.nameOf(bob)).toBe('Robert');
    expect(await the().cached(ada)).toBeUndefined();
    expect(await the().cached(bob)).toBe('Robert');
  });

  it('fills nothing either', async () => {
    const { adapter, caches, bob } = the();

    await adapter.transaction(() =>
      adapter.separate(async () => {
        await caches.writer.getOrLoad(bob, () => 'Bob');
      }),
    );

    expect(await the().cached(bob)).toBeUndefined();
  });

  it('that is rolled back is invalidated by itself too, and the outer one goes on', async () => {
    const { adapter, caches, database, ada, bob } = the();
    await the().read(bob);

    await adapter.transaction(async (session) => {
      const inner = adapter.separate(async (other) => {
        await rename(other, bob, 'Robert');
        await caches.writer.invalidate(bob);
        throw UNDONE;
      });
      await expect(inner).rejects.toBe(UNDONE);
      expect(await the().cached(bob)).toBeUndefined();
      await rename(session, ada, 'Countess');
      await caches.writer.invalidate(ada);
    });

    expect(await database.nameOf(bob)).toBe('Bob');
    expect(await the().read(ada)).toBe('Countess');
  });
});
