import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runInCasTransaction } from 'nestjs-cascache';

import { Embedded } from '../support/core/embedded.js';
import { LIBRARIES } from './libraries/all.js';
import type { Library, Open, Session } from './libraries/library.js';
import { Stage, toCountess, toRobert } from './stage.js';

const UNDONE = new Error('undone');

function withStage(open: Open): () => { stage: Stage; library: Library } {
  let stage: Stage;
  let library: Library;

  beforeAll(async () => {
    stage = await Stage.open(new Embedded<string>().cache);
    library = await open({ ...stage.database, isTransactional: true });
  });

  beforeEach(() => stage.begin());

  afterAll(async () => {
    await library.close();
    await stage.database.close();
  });

  return () => ({ stage, library });
}

/** Those whose callback is handed what makes a savepoint. Kysely's has none. */
const WITH_SAVEPOINTS = LIBRARIES.filter(([name]) => name !== 'Kysely');

describe.each(WITH_SAVEPOINTS)('a savepoint within a transaction of %s', (_, open) => {
  const the = withStage(open);

  const part = async (session: Session, work: () => Promise<void>): Promise<void> => {
    await session.nested?.(async (inner) => {
      await inner.query(toRobert);
      await the().stage.cache.invalidate('bob');
      await work();
    });
  };

  it('is invalidated with the transaction, not before', async () => {
    const { stage, library } = the();

    await library.transaction(async (session) => {
      await session.query(toCountess);
      await stage.cache.invalidate('ada');
      await part(session, async () => undefined);
      expect(await stage.read('bob')).toBe('Bob');
      expect(await stage.read('ada')).toBe('Ada');
    });

    expect(await stage.read('ada')).toBe('Countess');
    expect(await stage.read('bob')).toBe('Robert');
  });

  it('that is rolled back leaves the transaction as it was', async () => {
    const { stage, library } = the();

    await library.transaction(async (session) => {
      await session.query(toCountess);
      await stage.cache.invalidate('ada');
      await expect(part(session, () => Promise.reject(UNDONE))).rejects.toBe(UNDONE);
      expect(await stage.cached('bob')).toBe('Bob');
    });

    expect(await stage.cached('bob')).toBeUndefined();
    expect(await stage.read('bob')).toBe('Bob');
    expect(await stage.read('ada')).toBe('Countess');
  });
});

describe.each(LIBRARIES)('within a transaction of %s, one on a connection of its own', (_, open) => {
  const the = withStage(open);

  it('is invalidated by itself, as it is committed by itself', async () => {
    const { stage, library } = the();
    const separate = library.separate ?? library.transaction;

    const outer = library.transaction(async (session) => {
      await session.query(toCountess);
      await stage.cache.invalidate('ada');
      await separate(async (other) => {
        await other.query(toRobert);
        await stage.cache.invalidate('bob');
        expect(await stage.read('bob')).toBe('Bob');
      });
      expect(await stage.read('bob')).toBe('Robert');
      expect(await stage.read('ada')).toBe('Ada');
      throw UNDONE;
    });

    await expect(outer).rejects.toBe(UNDONE);
    expect(await stage.read('ada')).toBe('Ada');
    expect(await stage.read('bob')).toBe('Robert');
  });

  it('joins runInCasTransaction, and is invalidated when that has ended', async () => {
    const { stage, library } = the();

    await runInCasTransaction(async () => {
      await library.transaction(async (session) => {
        await session.query(toCountess);
        await stage.cache.invalidate('ada');
      });
      expect(await stage.cached('ada')).toBe('Ada');
    });

    expect(await stage.read('ada')).toBe('Countess');
  });
});

describe.each(LIBRARIES)('a callback of %s that is run several times', (_, open) => {
  const the = withStage(open);

  beforeAll(() => the().stage.database.admin.query('CREATE TABLE one (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)'));

  it('because the database refused the commit is invalidated each time, and at last serves what was committed', async () => {
    const { stage, library } = the();
    const attempt = (ids: string) =>
      library.transaction(async (session) => {
        await session.query(toCountess);
        await stage.cache.invalidate('ada');
        await session.query(`INSERT INTO one VALUES ${ids}`);
        expect(await stage.read('ada')).toBe('Ada');
      });

    await expect(attempt('(1), (1)')).rejects.toThrow();
    expect(await stage.cached('ada')).toBeUndefined();
    expect(await stage.read('ada')).toBe('Ada');
    await attempt('(2)');

    expect(await stage.read('ada')).toBe('Countess');
  });
});
