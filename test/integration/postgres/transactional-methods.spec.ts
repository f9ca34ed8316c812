import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { CasCached, CasCacheModule, CasCacheService, CasInvalidate, getCasCacheToken } from 'nestjs-cascache';
import { runInSeparateCasTransaction } from 'nestjs-cascache/transactions';
import type { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import type { DataSource } from 'typeorm';

import { dataSource, transactionalModule } from '../../support/postgres/adapters.js';
import { loadNestjsCls } from '../../support/postgres/nestjs-cls.js';
import { freshDatabase } from '../../support/postgres/shared-postgres.js';
import type { Database } from '../../support/postgres/shared-postgres.js';

type Work = () => Promise<unknown>;
type Mode = 'required' | 'nested' | 'requiresNew' | 'mandatory' | 'supports' | 'notSupported' | 'never';

/** A service with a method for each mode, each of which renames a person and then does the rest of the test's work. */
interface People {
  name(id: string): Promise<string>;
  required(id: string, name: string, then?: Work): Promise<void>;
  transactionOutside(id: string, name: string, then?: Work): Promise<void>;
  transactionInside(id: string, name: string, then?: Work): Promise<void>;
  in(mode: Mode, id: string, name: string, then?: Work): Promise<void>;
}

describe('@Transactional() methods with @CasInvalidate', () => {
  let database: Database;
  let source: DataSource;
  let app: TestingModule;
  let people: People;
  let cache: CasCacheService<string>;

  beforeAll(async () => {
    database = await freshDatabase();
    source = await dataSource(database);
    const library = await loadNestjsCls();
    const { Propagation, Transactional, TransactionHost } = library.transactional;

    @Injectable()
    class PeopleRepository implements People {
      @CasCached({ key: (id: string) => id })
      async name(id: string): Promise<string> {
        return (await database.nameOf(id)) ?? 'nobody';
      }

      in(mode: Mode, id: string, name: string, then?: Work): Promise<void> {
        return this[mode](id, name, then);
      }

      @Transactional()
      required(id: string, name: string, then?: Work): Promise<void> {
        return this.rename(id, name, then);
      }

      @Transactional(Propagation.Nested)
      nested(id: string, name: string, then?: Work): Promise<void> {
        return this.rename(id, name, then);
      }

      @Transactional(Propagation.RequiresNew)
      requiresNew(id: string, name: string, then?: Work): Promise<void> {
        return this.rename(id, name, then);
      }

      @Transactional(Propagation.Mandatory)
      mandatory(id: string, name: string, then?: Work): Promise<void> {
        return this.rename(id, name, then);
      }

      @Transactional(Propagation.Supports)
      supports(id: string, name: string, then?: Work): Promise<void> {
        return this.rename(id, name, then);
      }

      @Transactional(Propagation.NotSupported)
      notSupported(id: string, name: string, then?: Work): Promise<void> {
        return this.rename(id, name, then);
      }

      @Transactional(Propagation.Never)
      never(id: string, name: string, then?: Work): Promise<void> {
        return this.rename(id, name, then);
      }

      @Transactional()
      @CasInvalidate({ key: (id: string) => id })
      transactionOutside(id: string, name: string, then?: Work): Promise<void> {
        return this.update(id, name, then);
      }

      @CasInvalidate({ key: (id: string) => id })
      @Transactional()
      transactionInside(id: string, name: string, then?: Work): Promise<void> {
        return this.update(id, name, then);
      }

      @CasInvalidate({ key: (id: string) => id })
      rename(id: string, name: string, then?: Work): Promise<void> {
        return this.update(id, name, then);
      }

      private async update(id: string, name: string, then?: Work): Promise<void> {
        await TransactionHost.getInstance<TransactionalAdapterTypeOrm>().tx.query(
          'UPDATE person SET name = $2 WHERE id = $1',
          [id, name],
        );
        await then?.();
      }
    }

    @Module({ imports: [CasCacheModule.forFeature('person')], providers: [PeopleRepository] })
    class PeopleModule {}

    app = await Test.createTestingModule({
      imports: [CasCacheModule.forRoot(), transactionalModule(source, library), PeopleModule],
    }).compile();
    await app.init();
    people = app.get(PeopleRepository);
    cache = app.get<CasCacheService<string>>(getCasCacheToken('person'));
  });

  beforeEach(async () => {
    await database.admin.query('TRUNCATE person');
    await database.admin.query(`INSERT INTO person VALUES ('ada', 'Ada'), ('bob', 'Bob')`);
    await cache.clear();
    await Promise.all(['ada', 'bob'].map((id) => people.name(id)));
  });

  afterAll(async () => {
    await app.close();
    await source.destroy();
    await database.close();
  });

  /** How many keys were invalidated since `before`. */
  const since = (before: number): number => cache.stats().invalidations - before;

  it.each(['transactionOutside', 'transactionInside'] as const)(
    'invalidate when the transaction has ended, in either order of the decorators: %s',
    async (method) => {
      const before = cache.stats().invalidations;

      await people[method]('ada', 'Countess', async () => {
        expect(await database.nameOf('ada')).toBe('Ada');
        expect(since(before)).toBe(0);
      });

      expect(since(before)).toBe(1);
      expect(await people.name('ada')).toBe('Countess');
    },
  );

  it.each(['required', 'nested', 'mandatory', 'supports'] as const)(
    'in mode %s are invalidated with the transaction that they are part of',
    async (mode) => {
      const before = cache.stats().invalidations;

      await people.required('ada', 'Countess', async () => {
        await people.in(mode, 'bob', 'Robert');
        expect(await database.nameOf('bob')).toBe('Bob');
        expect(since(before)).toBe(0);
      });

      expect(since(before)).toBe(2);
      expect(await people.name('bob')).toBe('Robert');
    },
  );

  it('in mode requiresNew are invalidated when their own transaction has ended', async () => {
    const before = cache.stats().invalidations;

    await people.required('ada', 'Countess', async () => {
      await people.in('requiresNew', 'bob', 'Robert');
      expect(await database.nameOf('bob')).toBe('Robert');
      expect(since(before)).toBe(1);
      expect(await cache.get('bob')).toBeUndefined();
    });

    expect(since(before)).toBe(2);
  });

  it('in mode notSupported are invalidated when the transaction around them ends', async () => {
    const before = cache.stats().invalidations;

    await people.required('ada', 'Countess', async () => {
      await people.in('notSupported', 'bob', 'Robert');
      expect(await database.nameOf('bob')).toBe('Robert');
      expect(since(before)).toBe(0);
    });

    expect(since(before)).toBe(2);
  });

  it('in mode notSupported are invalidated by themselves in runInSeparateCasTransaction', async () => {
    const before = cache.stats().invalidations;

    await people.required('ada', 'Countess', async () => {
      await runInSeparateCasTransaction(() => people.in('notSupported', 'bob', 'Robert'));
      expect(since(before)).toBe(1);
    });

    expect(since(before)).toBe(2);
  });

  it.each(['never', 'supports', 'notSupported'] as const)(
    'in mode %s without a transaction around them are invalidated at once',
    async (mode) => {
      const before = cache.stats().invalidations;

      await people.in(mode, 'bob', 'Robert');

      expect(since(before)).toBe(1);
      expect(await people.name('bob')).toBe('Robert');
    },
  );

  it('in mode notSupported have transactions of their own inside', async () => {
    const before = cache.stats().invalidations;

    await people.required('ada', 'Countess', () =>
      people.in('notSupported', 'eve', 'Eve', async () => {
        await people.required('bob', 'Robert');
        expect(since(before)).toBe(1);
      }),
    );

    expect(await people.name('bob')).toBe('Robert');
    expect(since(before)).toBe(3);
  });
});
