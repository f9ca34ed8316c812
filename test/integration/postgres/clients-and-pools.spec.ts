import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CasConfigError, CasRolledBackError } from 'nestjs-cascache';
import { inTransaction } from 'nestjs-cascache/transactions';
import { Client, Pool } from 'pg';

import { Embedded } from '../../support/core/embedded.js';
import { rename } from '../../support/postgres/describe-transactions.js';
import { freshDatabase } from '../../support/postgres/shared-postgres.js';
import type { Database } from '../../support/postgres/shared-postgres.js';

describe('inTransaction', () => {
  let database: Database;
  let client: Client;
  let cache: Embedded<string>['cache'];

  beforeAll(async () => {
    database = await freshDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });

  beforeEach(async () => {
    cache = new Embedded<string>().cache;
    await database.admin.query('TRUNCATE person');
    await database.admin.query(`INSERT INTO person VALUES ('ada', 'Ada'), ('bob', 'Bob')`);
    await cache.getOrLoad('ada', () => 'Ada');
  });

  afterAll(async () => {
    await client.end();
    await database.close();
  });

  it('works on a client of its own', async () => {
    const result = await inTransaction(client, async (same) => {
      expect(same).toBe(client);
      await rename(same, 'ada', 'Countess');
      await cache.invalidate('ada');
      return 'renamed';
    });

    expect(result).toBe('renamed');
    expect(await database.nameOf('ada')).toBe('Countess');
    expect(await cache.get('ada')).toBeUndefined();
    expect(await inTransaction(client, () => 'again')).toBe('again');
  });

  it('takes a client out of a pool and gives it back, in both endings', async () => {
    const pool = new Pool({ connectionString: database.url, max: 1 });

    await inTransaction(pool, (one) => rename(one, 'ada', 'Countess'));
    await expect(inTransaction(pool, () => Promise.reject(new Error('undone')))).rejects.toThrow('undone');

    expect(await database.nameOf('ada')).toBe('Countess');
    expect({ total: pool.totalCount, idle: pool.idleCount }).toEqual({ total: 1, idle: 1 });
    await pool.end();
  });

  it('survives a session that is killed while it runs no statement, and does not use that client again', async () => {
    const pool = new Pool({ connectionString: database.url, max: 1 });

    const killed = inTransaction(pool, async (one) => {
      const { rows } = await one.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const gone = new Promise((resolve) => {
        one.once('end', resolve);
      });
      await database.admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await gone;
      await rename(one, 'ada', 'Countess');
    });

    await expect(killed).rejects.toThrow(/not queryable|terminat/);
    await inTransaction(pool, (one) => rename(one, 'bob', 'Robert'));
    expect(await database.nameOf('ada')).toBe('Ada');
    expect(await database.nameOf('bob')).toBe('Robert');
    await pool.end();
  });

  it('begins as it is told to', async () => {
    const level = await inTransaction(
      client,
      async () => {
        const { rows } = await client.query<{ transaction_isolation: string }>('SHOW transaction_isolation');
        return rows[0]?.transaction_isolation;
      },
      { begin: 'BEGIN ISOLATION LEVEL SERIALIZABLE' },
    );

    expect(level).toBe('serializable');
  });

  it('does not take a COMMIT that was answered with ROLLBACK for a success', async () => {
    const swallowed = inTransaction(client, async () => {
      await rename(client, 'ada', 'Countess');
      await cache.invalidate('ada');
      await client.query('SELECT 1 / 0').catch(() => undefined);
    });

    await expect(swallowed).rejects.toBeInstanceOf(CasRolledBackError);
    expect(await database.nameOf('ada')).toBe('Ada');
    expect(await cache.get('ada')).toBeUndefined();
  });

  it('refuses a second nested transaction while one is open, which could not be undone without the other', async () => {
    const both = inTransaction(client, () =>
      Promise.allSettled([
        inTransaction(client, () => rename(client, 'ada', 'Countess')),
        inTransaction(client, () => rename(client, 'bob', 'Robert')),
      ]),
    );

    const [one, other] = await both;
    expect(one.status).toBe('fulfilled');
    expect(other).toMatchObject({ reason: expect.any(CasConfigError) });
    expect(await database.nameOf('ada')).toBe('Countess');
    expect(await database.nameOf('bob')).toBe('Bob');
  });

  it('begins anew on the same client for what is left over of one that has ended', async () => {
    let leftOver = async (): Promise<void> => undefined;
    await inTransaction(client, async () => {
      const { AsyncResource } = await import('node:async_hooks');
      leftOver = AsyncResource.bind(() => inTransaction(client, () => rename(client, 'ada', 'Countess')));
    });

    await leftOver();

    expect(await database.nameOf('ada')).toBe('Countess');
  });

  it.each([
    ['begun by hand', 'BEGIN'],
    ['that has failed', 'BEGIN; SELECT 1 / 0'],
  ])('refuses a client that is in a transaction %s, and leaves that as it is', async (_, begin) => {
    await client.query(begin).catch(() => undefined);
    let ran = false;
    const refused = inTransaction(client, () => void (ran = true));
    await expect(refused).rejects.toThrow(CasConfigError);
    expect(ran).toBe(false);
    expect(client.getTransactionStatus()).not.toBe('I');
    await client.query('ROLLBACK');
    expect(await inTransaction(client, () => 'again')).toBe('again');
  });

  it('also when that was begun a moment ago, so that the client does not know it yet', async () => {
    const begun = client.query('BEGIN');
    await expect(inTransaction(client, () => undefined)).rejects.toThrow(/in a transaction already/);
    await begun;
    expect(client.getTransactionStatus()).toBe('T');
    await client.query('ROLLBACK');
    expect(client.listenerCount('notice')).toBe(0);
  });

  it('two unrelated transactions on one client: the second is refused', async () => {
    const [one, other] = await Promise.allSettled([
      inTransaction(client, () => rename(client, 'ada', 'Countess')),
      inTransaction(client, () => rename(client, 'bob', 'Robert')),
    ]);
    expect(one.status).toBe('fulfilled');
    expect(other).toMatchObject({ reason: expect.any(CasConfigError) });
    expect(await database.nameOf('ada')).toBe('Countess');
    expect(await database.nameOf('bob')).toBe('Bob');
  });

  it('a client that came out of its pool in a transaction is not used again', async () => {
    const pool = new Pool({ connectionString: database.url, max: 1 });
    const left = await pool.connect();
    await left.query('BEGIN');
    left.release();
    await expect(inTransaction(pool, () => undefined)).rejects.toThrow(CasConfigError);
    expect(await inTransaction(pool, () => 'again')).toBe('again');
    await pool.end();
  });
});
