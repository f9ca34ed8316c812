import { expect, it } from '@jest/globals';

import { describeTransactions, rename } from '../../support/postgres/describe-transactions.js';
import { Gate } from '../../support/postgres/gate.js';

const UNDONE = new Error('undone');

describeTransactions('inside a transaction', (the) => {
  it('no load fills the cache: neither uncommitted rows nor those of an old snapshot', async () => {
    const { adapter, caches, ada, bob } = the();
    const { writer } = caches;

    const undone = adapter.transaction(async (session) => {
      await rename(session, bob, 'Robert');
      expect(await writer.getOrLoad(bob, async () => 'Robert')).toBe('Robert');
      expect(await writer.setWithGen(bob, 'Robert', await writer.snapshotGen(bob))).toBe('unavailable');
      const bulk = await writer.setBulkWithGens([[bob, 'Robert']], await writer.snapshotGens([bob]));
      expect(bulk.outcome).toBe('unavailable');
      expect(await the().cached(bob)).toBeUndefined();
      throw UNDONE;
    });

    await expect(undone).rejects.toBe(UNDONE);
    expect(await the().cached(bob)).toBeUndefined();
    expect(await the().read(bob)).toBe('Bob');
    expect(await the().read(ada)).toBe('Ada');
  });

  it('nobody outside joins a load', async () => {
    const { adapter, caches, bob } = the();
    const [loading, answer] = [new Gate(), new Gate()];

    const writing = adapter.transaction(async (session) => {
      await rename(session, bob, 'Robert');
      const load = async () => {
        loading.open();
        await answer.opened;
        return 'Robert';
      };
      return caches.writer.getOrLoad(bob, load);
    });
    await loading.opened;

    expect(await caches.writer.getOrLoad(bob, () => 'Bob')).toBe('Bob');
    answer.open();
    expect(await writing).toBe('Robert');
  });

  it('what it has written is read past the cache, and everything else still hits', async () => {
    const { adapter, caches, ada, bob } = the();
    const { writer, events } = caches;
    await the().read(bob);
    await writer.get(bob);
    events.forget();

    await adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await writer.invalidate(ada);

      expect(await writer.getOrLoad(ada, () => 'Countess')).toBe('Countess');
      expect(await writer.get(ada)).toBeUndefined();
      expect(await writer.get(bob)).toBe('Bob');
    });

    expect(events.reasons()).toEqual(['written-here', 'written-here']);
    expect(events.of('hit').map(({ key }) => key)).toEqual([bob]);
  });

  it('another one in parallel is not inside: neither sees what the other has written', async () => {
    const { adapter, caches, ada, bob } = the();
    const { writer } = caches;
    await the().read(bob);
    const [first, second] = [new Gate(), new Gate()];

    const one = adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await writer.invalidate(ada);
      first.open();
      await second.opened;
      expect(await writer.get(ada)).toBeUndefined();
      expect(await writer.get(bob)).toBe('Bob');
    });
    const other = adapter.transaction(async (session) => {
      await first.opened;
      await rename(session, bob, 'Robert');
      await writer.invalidate(bob);
      expect(await writer.get(ada)).toBe('Ada');
      expect(await writer.get(bob)).toBeUndefined();
      second.open();
      await one;
      // The end of one carried out what was written there, and nothing of what was written here.
      expect(await the().cached(ada)).toBeUndefined();
      expect(await the().cached(bob)).toBe('Bob');
    });
    await Promise.all([one, other]);

    expect(await the().read(ada)).toBe('Countess');
    expect(await the().read(bob)).toBe('Robert');
  });
});
