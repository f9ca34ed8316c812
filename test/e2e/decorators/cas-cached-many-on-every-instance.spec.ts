import { describe, expect, it, jest } from '@jest/globals';
import { Controller, Inject, Injectable, Scope, SetMetadata } from '@nestjs/common';
import type { ModuleMetadata } from '@nestjs/common';
import { ContextIdFactory, Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  CasCacheModule,
  CasCacheRegistry,
  CasCacheService,
  CasCached,
  CasCachedMany,
  CasConfigError,
  CasInvalidate,
  casKey,
} from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile, start, track } = applications();

const imports = (): NonNullable<ModuleMetadata['imports']> => [
  CasCacheModule.forRoot({ logger: false }),
  CasCacheModule.forFeature('app'),
];
const rowsOf = (ids: readonly number[]): { id: number }[] => ids.map((id) => ({ id }));
const keysOf = (ids: readonly number[]): string[] => ids.map(String);
const keyOf = (row: { readonly id: number }): string => String(row.id);

/** Outlives instances. */
@Injectable()
class Table {
  readonly reads: number[][] = [];

  read(ids: number[]): { id: number }[] {
    this.reads.push(ids);
    return rowsOf(ids);
  }
}

abstract class Repository {
  constructor(@Inject(Table) protected readonly table: Table) {}

  @CasCachedMany({ keys: keysOf, keyOf })
  async find(ids: number[]): Promise<{ id: number }[]> {
    return this.table.read(ids);
  }
}

@Injectable()
class Singleton extends Repository {}

@Injectable({ scope: Scope.REQUEST })
class PerRequest extends Repository {}

@Injectable({ scope: Scope.TRANSIENT })
class Transient extends Repository {}

@Injectable()
class Overriding extends Repository {
  override async find(ids: number[]): Promise<{ id: number }[]> {
    return (await super.find(ids)).map(({ id }) => ({ id: -id }));
  }
}

@Injectable()
class Doubled extends Repository {
  @CasCachedMany({
    keys: (ids: readonly number[]) => ids.map((id) => `own:${id}`),
    keyOf: (row: { id: number }) => `own:${row.id}`,
  })
  override async find(ids: number[]): Promise<{ id: number }[]> {
    return super.find(ids);
  }
}

@Injectable()
class InNamespace {
  readonly reads: number[][] = [];

  @CasCachedMany({ keys: keysOf, keyOf, namespace: 'app' })
  async find(ids: number[]): Promise<{ id: number }[]> {
    this.reads.push(ids);
    return rowsOf(ids);
  }
}

async function expectOneRead(one: Repository, other: Repository, table: Table): Promise<void> {
  expect(await one.find([1, 2])).toEqual(rowsOf([1, 2]));
  expect(await other.find([2, 1, 3])).toEqual(rowsOf([2, 1, 3]));
  expect(table.reads).toEqual([[1, 2], [3]]);
}

describe('a @CasCachedMany method is cached', () => {
  it('where it is inherited, after compile() without init()', async () => {
    const app = await compile({ imports: imports(), providers: [Table, Singleton] });
    await expectOneRead(app.get(Singleton), app.get(Singleton), app.get(Table));
  });

  it.each([
    ['request-scoped', PerRequest],
    ['transient', Transient],
  ])('on %s instances, across them', async (_, type) => {
    const app = await compile({ imports: imports(), providers: [Table, type] });
    const made = (): Promise<Repository> => app.resolve<Repository>(type, ContextIdFactory.create());
    await expectOneRead(await made(), await made(), app.get(Table));
  });

  it('on an instance of useFactory, after init()', async () => {
    const factory = { provide: 'rows', inject: [Table], useFactory: (table: Table) => new Singleton(table) };
    const app = await start({ imports: imports(), providers: [Table, factory] });
    await expectOneRead(app.get('rows'), app.get('rows'), app.get(Table));
  });

  it('on an instance that a test binds', async () => {
    const app = await start({ imports: imports(), providers: [Table] });
    const made = new Singleton(app.get(Table));
    app.get(CasCacheRegistry).bind(made);
    await expectOneRead(made, made, app.get(Table));
  });

  it('below an override without a decorator', async () => {
    const app = await compile({ imports: imports(), providers: [Table, Overriding] });
    const rows = app.get(Overriding);
    for (const _ of [1, 2]) expect(await rows.find([1])).toEqual(rowsOf([-1]));
    expect(app.get(Table).reads).toEqual([[1]]);
  });

  it('in an override and below it, each under its own keys', async () => {
    const app = await compile({ imports: imports(), providers: [Table, Doubled] });
    await expectOneRead(app.get(Doubled), app.get(Doubled), app.get(Table));
    const { values } = await app.get(CasCacheRegistry).get('app').getBulk(['1', 'own:1']);
    expect([...values.keys()]).toEqual(['1', 'own:1']);
  });

  it('in the namespace that it names', async () => {
    const app = await compile({
      imports: [...imports(), CasCacheModule.forFeature('other')],
      providers: [InNamespace],
    });
    const rows = app.get(InNamespace);
    for (const _ of [1, 2]) await rows.find([1]);
    expect(rows.reads).toEqual([[1]]);
    expect(await app.get(CasCacheRegistry).get('app').get('1')).toEqual({ id: 1 });
  });
});

describe('a @CasCachedMany method just runs', () => {
  const given = new Set([1]) as unknown as number[];

  it.each<[string, () => Promise<InNamespace | Singleton>]>([
    ['on an instance made with new', async () => new Singleton({ read: (ids: number[]) => ids } as never)],
    ['on one that names its namespace', async () => new InNamespace()],
    [
      'with mocks',
      async () => {
        const builder = Test.createTestingModule({ providers: [InNamespace] }).useMocker(() => jest.fn());
        return track(await builder.compile()).get(InNamespace);
      },
    ],
    [
      'with a cache that a testing module overrides',
      async () => {
        const app = await compile({ imports: imports(), providers: [Singleton, Table] }, (builder) =>
          builder
            .overrideProvider(CasCacheService)
            .useValue({ getOrLoadMany: jest.fn() })
            .overrideProvider(Table)
            .useValue({ read: (ids: number[]) => ids }),
        );
        return app.get(Singleton);
      },
    ],
  ])('%s', async (_, make) => {
    const rows = await make();
    if (rows instanceof InNamespace) expect(await rows.find([1, 1])).toEqual(rowsOf([1, 1]));
    else expect(await rows.find(given)).toBe(given);
  });
});

describe('a @CasCachedMany method', () => {
  it('keeps its name, its length and its metadata', () => {
    @Controller()
    class Rows {
      @CasCachedMany({ keys: keysOf, keyOf })
      @SetMetadata('role', 'reader')
      async find(ids: number[], _trace: string): Promise<{ id: number }[]> {
        return rowsOf(ids);
      }
    }
    const { find } = Rows.prototype;
    expect([find.name, find.length]).toEqual(['find', 2]);
    expect(new Reflector().get('role', find)).toBe('reader');
  });

  it('whose namespace nobody names is an error at start-up', async () => {
    const error = await errorOf(() => start({ imports: [CasCacheModule.forRoot()], providers: [InNamespace] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('InNamespace.find is decorated with the namespace "app", which no module names');
  });

  it('is none that `of` may name: an error at start-up', async () => {
    @Injectable()
    class Wrong extends Singleton {
      @CasInvalidate({ of: 'find' })
      async remove(_ids: number[]): Promise<void> {}
    }
    const message =
      '@CasInvalidate on Wrong.remove: of names "find", which is a @CasCachedMany method: its rows have keys of their own';
    const metadata = { imports: imports(), providers: [Table, Wrong] };
    expect((await errorOf(() => start(metadata))).message).toContain(message);
  });

  it('has no default key', () => {
    expect(() => casKey(Singleton, 'find', [1])).toThrow(
      'the rows of Singleton.find have the keys that its `keys` answers',
    );
  });

  it('invalidates by key or keys, as any other', async () => {
    @Injectable()
    class Rows extends Singleton {
      @CasInvalidate({ keys: keysOf })
      async remove(_ids: number[]): Promise<void> {}
    }
    const app = await compile({ imports: imports(), providers: [Table, Rows] });
    const rows = app.get(Rows);
    await rows.find([1, 2]);
    await rows.remove([2]);
    await rows.find([1, 2]);
    expect(app.get(Table).reads).toEqual([[1, 2], [2]]);
  });

  it('cannot be cached by @CasCached too', () => {
    const decorate = () => {
      class Twice {
        @CasCached()
        @CasCachedMany({ keys: keysOf, keyOf })
        async find(ids: number[]): Promise<{ id: number }[]> {
          return rowsOf(ids);
        }
      }
      return Twice;
    };
    expect(decorate).toThrow('@CasCached on Twice.find: it is cached twice; keep one decorator');
  });
});
