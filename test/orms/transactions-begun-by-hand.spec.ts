import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runInCasTransaction } from 'nestjs-cascache';

import { Embedded } from '../support/core/embedded.js';
import { LIBRARIES } from './libraries/all.js';
import type { Library, Session } from './libraries/library.js';
import { Stage, toCountess, toRobert } from './stage.js';

const UNDONE = new Error('undone');

/** Drizzle and Prisma have no such transactions. */
const BY_HAND = LIBRARIES.filter(([name]) => !/Drizzle|Prisma/.test(name));
/** That of TypeORM sees them, too. */
const UNSEEN = BY_HAND.filter(([name]) => name !== 'TypeORM');

describe.each(BY_HAND)('a transaction of %s that is begun and committed by hand', (_, open) => {
  let stage: Stage;
  let library: Library;

  beforeEach(async () => {
    stage = await Stage.open(new Embedded<string>().cache);
    await stage.begin();
    library = await open({ ...stage.database, isTransactional: true });
  });

  afterEach(async () => {
    await library.close();
    await stage.database.close();
  });

  const byHand = async (work: (session: Session) => Promise<void>): Promise<void> => {
    await library.byHand?.(async (session) => {
      await session.query(toCountess);
      await stage.cache.invalidate('ada');
      expect(await stage.read('ada')).toBe('Ada');
      await work(session);
    });
  };

  it('waits in runInCasTransaction', async () => {
    await runInCasTransaction(() => byHand(async () => undefined));
    expect(await stage.read('ada')).toBe('Countess');
  });

  it('is invalidated there after a rollback as well', async () => {
    await expect(runInCasTransaction(() => byHand(() => Promise.reject(UNDONE)))).rejects.toBe(UNDONE);
    expect(await stage.cached('ada')).toBeUndefined();
  });

  it('is invalidated there with its savepoints, one of them rolled back', async () => {
    await runInCasTransaction(() =>
      byHand(async (session) => {
        const undone = session.nested?.(async (part) => {
          await part.query(toRobert);
          await stage.cache.invalidate('bob');
          throw UNDONE;
        });
        await expect(undone).rejects.toBe(UNDONE);
        expect(await stage.cached('bob')).toBe('Bob');
      }),
    );
    expect(await stage.cached('bob')).toBeUndefined();
    expect(await stage.read('bob')).toBe('Bob');
    expect(await stage.read('ada')).toBe('Countess');
  });
});

describe.each(UNSEEN)('a transaction of %s that is begun and committed by hand', (_, open) => {
  it('is not seen by the wrapper: without runInCasTransaction the old row stays in the cache', async () => {
    const stage = await Stage.open(new Embedded<string>().cache);
    await stage.begin();
    const library = await open({ ...stage.database, isTransactional: true });

    await library.byHand?.(async (session) => {
      await session.query(toCountess);
      await stage.cache.invalidate('ada');
      await stage.read('ada');
    });

    expect(await stage.read('ada')).toBe('Ada');
    await library.close();
    await stage.database.close();
  });
});
