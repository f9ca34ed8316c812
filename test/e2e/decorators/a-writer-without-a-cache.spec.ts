import { describe, expect, it } from '@jest/globals';
import { Injectable, Module, Scope } from '@nestjs/common';
import type { ModuleMetadata, Provider, Type } from '@nestjs/common';
import { ContextIdFactory, LazyModuleLoader } from '@nestjs/core';
import {
  CasCacheModule,
  CasCacheRegistry,
  CasCacheService,
  CasCached,
  CasConfigError,
  CasInvalidate,
} from 'nestjs-cascache';
import type { CacheEvent, CasCacheModuleOptions, CasHooks } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';

const { compile, start } = applications();

class Repository {
  writes = 0;

  @CasCached({ key: (id: string) => id })
  async find(id: string): Promise<string> {
    return `${id} after ${this.writes} writes`;
  }

  @CasInvalidate({ key: (id: string) => id })
  async rename(_id: string): Promise<void> {
    this.writes++;
  }

  @CasInvalidate({ key: (id: string) => id })
  async remove(_id: string): Promise<void> {
    this.writes++;
  }
}

/** Another class for each test: each is warned about once. */
const another = (): Type<Repository> => class UserRepository extends Repository {};

class Warnings implements CasHooks {
  readonly events = ['warning'] as const;
  readonly list: string[] = [];

  onEvent(event: CacheEvent): void {
    if (event.type === 'warning') this.list.push(event.message);
  }
}

function application(options: CasCacheModuleOptions = {}, ...providers: Provider[]) {
  const hooks = new Warnings();
  const imports: ModuleMetadata['imports'] = [
    CasCacheModule.forRoot({ logger: false, hooks, ...options }),
    CasCacheModule.forFeature('user'),
  ];
  return { metadata: { imports, providers }, warnings: hooks.list };
}

async function expectInvalidates(repository: Repository, cache: CasCacheService): Promise<void> {
  const before = cache.stats().invalidations;
  await repository.rename('1');
  expect(cache.stats().invalidations).toBe(before + 1);
}

describe('an instance that Nest did not construct is given its cache', () => {
  it('where a request-scoped factory makes it', async () => {
    const type = another();
    const { metadata, warnings } = application(
      {},
      { provide: type, scope: Scope.REQUEST, useFactory: () => new type() },
    );
    const app = await start(metadata);
    const cache = app.get(CasCacheRegistry).get('user');
    await expectInvalidates(await app.resolve(type, ContextIdFactory.create()), cache);
    await expectInvalidates(await app.resolve(type, ContextIdFactory.create()), cache);
    expect(warnings).toEqual([]);
  });

  it('where an async request-scoped factory makes it', async () => {
    const type = another();
    const { metadata } = application({}, { provide: type, scope: Scope.REQUEST, useFactory: async () => new type() });
    const app = await start(metadata);
    await expectInvalidates(await app.resolve(type), app.get(CasCacheRegistry).get('user'));
  });

  it.each([
    ['a factory', Scope.DEFAULT],
    ['a request-scoped factory', Scope.REQUEST],
  ])('where %s in a lazy module makes it', async (_, scope) => {
    const type = another();
    @Module({
      imports: [CasCacheModule.forFeature('late')],
      providers: [{ provide: type, scope, useFactory: () => new type() }],
    })
    class LateModule {}
    const { metadata, warnings } = application();
    const app = await start(metadata);
    const late = await app.get(LazyModuleLoader).load(() => LateModule);
    const repository = scope === Scope.DEFAULT ? late.get<Repository>(type) : await late.resolve<Repository>(type);
    await expectInvalidates(repository, app.get(CasCacheRegistry).get('late'));
    expect(warnings).toEqual([]);
  });

  it.each<[string, (repository: Repository) => object]>([
    ['a property of a provider', (repository) => ({ repository })],
    ['an object in a provider', (repository) => ({ all: { repository } })],
    ['a list', (repository) => ({ all: [repository] })],
    ['a Map', (repository) => ({ all: new Map([['user', repository]]) })],
  ])('kept in %s', async (_, hold) => {
    const repository = new (another())();
    const { metadata, warnings } = application({}, { provide: 'holder', useFactory: () => hold(repository) });
    const app = await start(metadata);
    await expectInvalidates(repository, app.get(CasCacheRegistry).get('user'));
    expect(warnings).toEqual([]);
  });

  it('kept in a private field of a class, whose module sees another namespace than others', async () => {
    const type = another();
    @Injectable()
    class Service {
      readonly repository = new type();
    }
    @Module({ imports: [CasCacheModule.forFeature('order')], providers: [Service] })
    class OrderModule {}
    const { metadata } = application();
    const app = await start({ ...metadata, imports: [...(metadata.imports ?? []), OrderModule] });
    const { repository } = app.get(Service, { strict: false });
    await expectInvalidates(repository, app.get(CasCacheRegistry).get('order'));
  });

  it('put into the place of a provider by overrideProvider().useValue(), without init()', async () => {
    const type = another();
    const repository = new type();
    const { metadata } = application({}, type);
    const app = await compile(metadata, (builder) => builder.overrideProvider(type).useValue(repository));
    await expectInvalidates(repository, app.get(CasCacheRegistry).get('user'));
  });

  it('before it is read through, too', async () => {
    const repository = new (another())();
    const { metadata } = application({}, { provide: 'holder', useValue: { repository } });
    await start(metadata);
    expect([await repository.find('1'), await repository.find('1')]).toEqual(['1 after 0 writes', '1 after 0 writes']);
    await repository.rename('1');
    expect(await repository.find('1')).toBe('1 after 1 writes');
  });
});

describe('a writer that no provider holds', () => {
  it('is warned about with the first call of its class, and runs', async () => {
    const type = another();
    const { metadata, warnings } = application();
    await start(metadata);
    const repository = new type();
    await repository.rename('1');
    await repository.remove('1');
    await new type().rename('1');
    expect(repository.writes).toBe(2);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('Repository.rename is decorated with @CasInvalidate');
    expect(warnings[0]).toContain("registry.bind(instance, 'user')");
  });

  it("is an error with unbound: 'throw', before it has written", async () => {
    const { metadata } = application({ unbound: 'throw' });
    await start(metadata);
    const repository = new (another())();
    await expect(repository.rename('1')).rejects.toThrow(CasConfigError);
    expect(repository.writes).toBe(0);
    await expect(repository.find('1')).resolves.toBe('1 after 0 writes');
  });

  it('is not warned about once it was bound', async () => {
    const { metadata, warnings } = application();
    const registry = (await start(metadata)).get(CasCacheRegistry);
    await expectInvalidates(registry.bind(new (another())(), 'user'), registry.get('user'));
    expect(warnings).toEqual([]);
  });

  it('is silent when the application is closed, as in a plain unit test', async () => {
    const { metadata, warnings } = application({ unbound: 'throw' });
    await (await start(metadata)).close();
    const repository = new (another())();
    await repository.rename('1');
    expect([repository.writes, warnings]).toEqual([1, []]);
  });

  it('is silent when its cache is a mock', async () => {
    const type = another();
    const { metadata, warnings } = application({ unbound: 'throw' }, type);
    const app = await compile(metadata, (builder) => builder.overrideProvider(CasCacheService).useValue({}));
    await app.get(type).rename('1');
    expect(warnings).toEqual([]);
  });

  it('takes warn or throw as option', async () => {
    const { metadata } = application({ unbound: 'ignore' as never });
    await expect(start(metadata)).rejects.toThrow("unbound of forRoot: give 'warn' or 'throw'");
  });
});
