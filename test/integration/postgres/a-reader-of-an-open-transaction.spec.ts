import { expect, it } from '@jest/globals';
import { Client } from 'pg';

import { describeTransactions, rename } from '../../support/postgres/describe-transactions.js';
import type { Scene } from '../../support/postgres/describe-transactions.js';
import { Gate } from '../../support/postgres/gate.js';

/** Ada is renamed and invalidated in an open transaction, a reader loads her meanwhile, and then it commits. */
async function playRefill(scene: Scene, renameAndInvalidate: (commit: Gate, invalidated: Gate) => Promise<void>) {
  const [commit, invalidated] = [new Gate(), new Gate()];
  const writing = renameAndInvalidate(commit, invalidated);
  await invalidated.opened;

  expect(await scene.read(scene.ada)).toBe('Ada');

  commit.open();
  await writing;
  return scene.read(scene.ada);
}

describeTransactions('a reader of an open transaction', (the) => {
  it('does not leave the old row in the cache: the invalidation waits for the commit', async () => {
    const { adapter, caches, ada } = the();

    const name = await playRefill(the(), (commit, invalidated) =>
      adapter.transaction(async (session) => {
        await rename(session, ada, 'Countess');
        await caches.writer.invalidate(ada);
        invalidated.open();
        await commit.opened;
      }),
    );

    expect(name).toBe('Countess');
  });

  it('leaves the old row in the cache where the invalidation does not wait, which is what this suite would notice', async () => {
    const { database, caches, ada } = the();
    const client = new Client({ connectionString: database.url });
    await client.connect();

    const name = await playRefill(the(), async (commit, invalidated) => {
      await client.query('BEGIN');
      await rename(client, ada, 'Countess');
      await caches.writer.invalidate(ada);
      invalidated.open();
      await commit.opened;
      await client.query('COMMIT');
    });

    expect(name).toBe('Ada');
    await client.end();
  });

  it('may fill the cache again as soon as the transaction has resolved', async () => {
    const { adapter, caches, ada } = the();

    await adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await caches.writer.invalidate(ada);
    });

    expect(await the().read(ada)).toBe('Countess');
    expect(await the().cached(ada)).toBe('Countess');
  });

  it('is served the old value until the commit, which is what the database holds', async () => {
    const { adapter, caches, database, ada } = the();

    await adapter.transaction(async (session) => {
      await rename(session, ada, 'Countess');
      await caches.writer.invalidate(ada);

      expect(await the().cached(ada)).toBe('Ada');
      expect(await database.nameOf(ada)).toBe('Ada');
    });

    expect(await the().cached(ada)).toBeUndefined();
  });
});
