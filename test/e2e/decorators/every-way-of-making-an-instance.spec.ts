import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, Scope, forwardRef } from '@nestjs/common';
import type { ModuleMetadata } from '@nestjs/common';
import { ContextIdFactory, LazyModuleLoader, ModuleRef } from '@nestjs/core';
import { CasCacheModule, CasCached } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile, start } = applications();

const imports = (): NonNullable<ModuleMetadata['imports']> => [
  CasCacheModule.forRoot(),
  CasCacheModule.forFeature('app'),
];

/** Outlives instances: what counts is how often any of them was asked. */
@Injectable()
class Table {
  reads = 0;

  async read(id: number): Promise<number> {
    this.reads++;
    return id;
  }
}

class Repository {
  constructor(@Inject(Table) protected readonly table: Table) {}

  @CasCached({ instance: 'shared' })
  async find(id: number): Promise<number> {
    return this.table.read(id);
  }
}

@Injectable()
class Singleton extends Repository {}

@Injectable({ scope: Scope.REQUEST })
class PerRequest extends Repository {}

@Injectable({ scope: Scope.REQUEST, durable: true })
class PerTenant extends Repository {}

@Injectable({ scope: Scope.TRANSIENT })
class Transient extends Repository {}

@Injectable()
class User {
  constructor(
    readonly one: Transient,
    readonly other: Transient,
  ) {}
}

@Injectable()
class Maker {
  constructor(readonly modules: ModuleRef) {}
}

@Injectable()
class Left {
  reads = 0;

  constructor(@Inject(forwardRef(() => Right)) readonly right: unknown) {}

  @CasCached()
  async find(): Promise<number> {
    return ++this.reads;
  }
}

@Injectable()
class Right {
  constructor(@Inject(forwardRef(() => Left)) readonly left: Left) {}
}

describe('the decorated methods are cached', () => {
  it('on a singleton, after compile() without init()', async () => {
    const app = await compile({ imports: imports(), providers: [Table, Singleton] });
    const repository = app.get(Singleton);
    await repository.find(1);
    await repository.find(1);
    expect(app.get(Table).reads).toBe(1);
  });

  it.each([
    ['request-scoped', PerRequest],
    ['durable', PerTenant],
    ['transient', Transient],
  ])('on %s instances, across them', async (_, type) => {
    const app = await compile({ imports: imports(), providers: [Table, type] });
    const one = await app.resolve<Repository>(type, ContextIdFactory.create());
    const other = await app.resolve<Repository>(type, ContextIdFactory.create());
    expect(one).not.toBe(other);
    await one.find(1);
    await other.find(1);
    expect(app.get(Table).reads).toBe(1);
  });

  it('on transient instances that are injected', async () => {
    const app = await compile({ imports: imports(), providers: [Table, Transient, User] });
    const { one, other } = app.get(User);
    await one.find(1);
    await other.find(1);
    expect(app.get(Table).reads).toBe(1);
  });

  it('on an instance of ModuleRef.create', async () => {
    const app = await compile({ imports: imports(), providers: [Table, Maker] });
    const repository = await app.get(Maker).modules.create(Singleton);
    await repository.find(1);
    await repository.find(1);
    expect(app.get(Table).reads).toBe(1);
  });

  it('on two classes that refer to each other', async () => {
    const app = await compile({ imports: imports(), providers: [Left, Right] });
    const { left } = app.get(Right);
    expect([await left.find(), await left.find()]).toEqual([1, 1]);
  });

  it('on a provider under another token', async () => {
    const providers = [Table, { provide: 'repository', useClass: Singleton }];
    const app = await compile({ imports: imports(), providers });
    await app.get<Repository>('repository').find(1);
    await app.get<Repository>('repository').find(1);
    expect(app.get(Table).reads).toBe(1);
  });

  it('in a module that is loaded lazily', async () => {
    @Module({ imports: [CasCacheModule.forFeature('late')], providers: [Table, Singleton] })
    class LateModule {}

    const app = await start({ imports: [CasCacheModule.forRoot()] });
    const late = await app.get(LazyModuleLoader).load(() => LateModule);
    const repository = late.get(Singleton);
    await repository.find(1);
    await repository.find(1);
    expect(late.get(Table).reads).toBe(1);
  });
});

describe('what Nest injects for them', () => {
  it('shows neither in copies nor in comparisons nor in what is printed', async () => {
    const app = await compile({ imports: imports(), providers: [Table, Singleton] });
    const repository = app.get(Singleton);
    expect(Reflect.ownKeys(Object.assign({}, repository))).toEqual(['table']);
    expect(repository).toEqual(new Singleton(app.get(Table)));
  });
});
