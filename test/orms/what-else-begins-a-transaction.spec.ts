import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CasCommitUnknownError } from 'nestjs-cascache';
import { transactionalKnex, transactionalKysely, transactionalPrisma } from 'nestjs-cascache/transactions';

import { Embedded } from '../support/core/embedded.js';
import { lossyProxy } from '../support/postgres/lossy-proxy.js';
import { WITH_PRISMA } from './libraries/all.js';
import { makeKnex } from './libraries/knex.js';
import { makeKysely } from './libraries/kysely.js';
import { openMikroOrm } from './libraries/mikro-orm.js';
import type { MikroOrmLibrary } from './libraries/mikro-orm.js';
import { makePrisma, prismaParts } from './libraries/prisma.js';
import { Stage, toCountess } from './stage.js';

const UNDONE = new Error('undone');
/** What is to be closed after each test, the last opened first. */
const opened: (() => Promise<void>)[] = [];
let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open(new Embedded<string>().cache);
  await stage.begin();
  opened.push(() => stage.database.close());
});

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** By what the transaction runs its statements. The reader comes before the commit. */
const renameAda = async (query: (text: string) => Promise<unknown>): Promise<void> => {
  await query(toCountess);
  await stage.cache.invalidate('ada');
  expect(await stage.read('ada')).toBe('Ada');
};
const isServed = async (): Promise<void> => {
  expect(await stage.read('ada')).toBe('Countess');
};

describe('Knex', () => {
  const open = async (url = stage.database.url) => {
    const knex = transactionalKnex(await makeKnex(url));
    opened.push(() => knex.destroy());
    return knex;
  };

  it('whose handler commits by itself', async () => {
    const knex = await open();
    await knex.transaction((trx) => {
      void renameAda((text) => trx.raw(text)).then(() => trx.commit(), trx.rollback);
    });
    await isServed();
  });

  it('whose handler rolls back by itself throws the reason as it is', async () => {
    const knex = await open();
    const rolledBack = knex.transaction((trx) => {
      void trx.raw(toCountess).then(() => (trx.rollback as (reason: Error) => void)(UNDONE));
    });
    await expect(rolledBack).rejects.toBe(UNDONE);
  });

  it('with parameters of the user', async () => {
    const knex = (await open()).withUserParams({ tenant: 'a' });
    opened.push(() => knex.destroy());
    await knex.transaction((trx) => renameAda((text) => trx.raw(text)));
    await isServed();
  });

  it('that inserts in batches tells when the answer to their commit is lost', async () => {
    const proxy = await lossyProxy(stage.database.url);
    opened.push(() => proxy.close());
    const knex = await open(proxy.url);
    proxy.loseAnswerTo('COMMIT');
    const lost = knex.batchInsert('person', [{ id: 'eve', name: 'Eve' }]);
    await expect(lost).rejects.toBeInstanceOf(CasCommitUnknownError);
  });
});

describe('Kysely', () => {
  const open = async () => {
    const { db: plain, raw } = await makeKysely(stage.database.url);
    const db = transactionalKysely(plain);
    opened.push(() => db.destroy());
    const rename = (trx: typeof db) => renameAda((text) => trx.executeQuery(raw(text)));
    return { db, rename, raw };
  };

  it('with a level of isolation', async () => {
    const { db, rename } = await open();
    await db.transaction().setIsolationLevel('serializable').execute(rename);
    await isServed();
  });

  it('with a schema', async () => {
    const { db, rename } = await open();
    await db.withSchema(stage.database.schema).transaction().execute(rename);
    await isServed();
  });

  it('on a connection that it was handed', async () => {
    const { db, rename } = await open();
    await db.connection().execute((one) => one.transaction().execute(rename));
    await isServed();
  });

  it('throws its own error when COMMIT was answered with a rollback: the outcome is known', async () => {
    const { db, raw } = await open();
    const aborted = db.transaction().execute(async (trx) => {
      await trx.executeQuery(raw('SELECT 1 / 0')).catch(() => undefined);
    });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortedTransactionError' });
  });
});

describe.each([6, 7] as const)('MikroORM %d', (version) => {
  const open = async (subscriber: object): Promise<MikroOrmLibrary> => {
    const library = await openMikroOrm(version, { ...stage.database, isTransactional: true }, [subscriber]);
    opened.push(() => library.close());
    return library;
  };
  const flush = async ({ orm, Person }: MikroOrmLibrary): Promise<void> => {
    const em = orm.em.fork();
    const ada = await em.findOneOrFail(Person, { id: 'ada' });
    ada.name = 'Countess';
    await em.flush();
  };

  it('flushes in a transaction, in which a subscriber invalidates', async () => {
    const afterUpdate = async (): Promise<void> => {
      await stage.cache.invalidate('ada');
      expect(await stage.read('ada')).toBe('Ada');
    };
    await flush(await open({ afterUpdate }));
    await isServed();
  });

  it.each(['beforeTransactionCommit', 'afterTransactionCommit'])(
    'throws what a subscriber throws in %s',
    async (event) => {
      const library = await open({ [event]: () => Promise.reject(UNDONE) });
      await expect(flush(library)).rejects.toBe(UNDONE);
    },
  );

  it('joins where it is told to: what is invalidated there waits for the whole', async () => {
    const { orm } = await open({});
    await orm.em.fork().transactional(async () => {
      await orm.em.transactional((same) => renameAda((text) => same.execute(text)), { propagation: 'required' });
      expect(await stage.cached('ada')).toBe('Ada');
    });
    await isServed();
  });
});

const withPrisma = WITH_PRISMA ? describe : () => undefined;
withPrisma('Prisma', () => {
  const open = async (url = stage.database.url) => {
    const { schema } = stage.database;
    const prisma = transactionalPrisma(await makePrisma({ url, schema }));
    opened.push(() => prisma.$disconnect());
    return prisma;
  };

  it('with an extension', async () => {
    const prisma = (await open()).$extends({ name: 'extension', query: {} });
    await prisma.$transaction((tx) => renameAda((text) => tx.$executeRawUnsafe(text)));
    await isServed();
  });

  it('as the base class of a service, which makes itself transactional', async () => {
    const { PrismaClient, options } = await prismaParts(stage.database);
    class PrismaService extends PrismaClient {
      constructor() {
        super(options);
        transactionalPrisma(this);
      }
    }
    const prisma = new PrismaService();
    opened.push(() => prisma.$disconnect());
    await prisma.$transaction((tx) => renameAda((text) => tx.$executeRawUnsafe(text)));
    await isServed();
  });

  it('in a batch tells when the answer to its commit is lost', async () => {
    const proxy = await lossyProxy(stage.database.url);
    opened.push(() => proxy.close());
    const prisma = await open(proxy.url);
    proxy.loseAnswerTo('COMMIT');
    // One statement alone has no COMMIT.
    const lost = prisma.$transaction([prisma.$executeRawUnsafe(toCountess), prisma.$executeRawUnsafe(toCountess)]);
    await expect(lost).rejects.toBeInstanceOf(CasCommitUnknownError);
  });

  it('in a batch throws as it is what one of its queries failed with', async () => {
    const prisma = await open();
    const none = prisma.person.update({ where: { id: 'nobody' }, data: { name: 'Nobody' } });
    await expect(prisma.$transaction([none])).rejects.toMatchObject({ code: 'P2025' });
  });

  it('that has expired before its commit was not committed: the outcome is known', async () => {
    const prisma = await open();
    const expired = prisma.$transaction(
      async (tx) => {
        await tx.$executeRawUnsafe(toCountess);
        // Longer than the transaction may take. Prisma counts by the clock.
        await stage.database.admin.query('SELECT pg_sleep(0.5)');
      },
      { timeout: 100 },
    );
    await expect(expired).rejects.toMatchObject({ code: 'P2028' });
    expect(await stage.database.nameOf('ada')).toBe('Ada');
  });

  it('that conflicts with another one was not committed: the outcome is known', async () => {
    const prisma = await open();
    const late = prisma.$transaction(
      async (tx) => {
        await tx.$executeRawUnsafe(`SELECT * FROM person`);
        await stage.database.admin.query(toCountess);
        await tx.$executeRawUnsafe(toCountess);
      },
      { isolationLevel: 'Serializable' },
    );
    await expect(late).rejects.not.toBeInstanceOf(CasCommitUnknownError);
    await expect(late).rejects.toMatchObject({ meta: { driverAdapterError: { cause: { originalCode: '40001' } } } });
  });
});
