import { describe, expect, it } from '@jest/globals';
import { Injectable, Module, Scope } from '@nestjs/common';
import type { ModuleMetadata, Provider } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasCached, CasConfigError } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile, start } = applications();

class Repository {
  reads = 0;

  @CasCached()
  async find(_id: number): Promise<number> {
    return ++this.reads;
  }

  @CasCached({ namespace: 'named' })
  async findNamed(_id: number): Promise<number> {
    return ++this.reads;
  }
}

@Injectable()
class Constructed extends Repository {}

const named = CasCacheModule.forFeature('named');
const imports = (...more: NonNullable<ModuleMetadata['imports']>): NonNullable<ModuleMetadata['imports']> => [
  CasCacheModule.forRoot(),
  CasCacheModule.forFeature('app'),
  moduleOf({ imports: [named] }),
  ...more,
];

async function isCached(repository: Repository): Promise<boolean> {
  const plain = (await repository.find(1)) === (await repository.find(1));
  const byName = (await repository.findNamed(1)) === (await repository.findNamed(1));
  expect(plain).toBe(byName);
  return plain;
}

describe('are served at start-up when they come from', () => {
  it.each<[string, () => Provider]>([
    ['useFactory', () => ({ provide: Repository, useFactory: () => new Repository() })],
    ['an async useFactory', () => ({ provide: Repository, useFactory: async () => new Repository() })],
    ['useValue', () => ({ provide: Repository, useValue: new Repository() })],
  ])('%s', async (_, provider) => {
    const app = await start({ imports: imports(), providers: [provider()] });
    expect(await isCached(app.get(Repository))).toBe(true);
  });

  it('a transient useFactory that was injected', async () => {
    const repository: Provider = {
      provide: Repository,
      scope: Scope.TRANSIENT,
      useFactory: () => new Repository(),
    };
    const user: Provider = { provide: 'user', inject: [Repository], useFactory: (own: Repository) => ({ own }) };
    const app = await start({ imports: imports(), providers: [repository, user] });
    expect(await isCached(app.get<{ own: Repository }>('user').own)).toBe(true);
  });

  it('useFactory that answers what Nest constructed, which keeps its cache', async () => {
    @Module({
      imports: [CasCacheModule.forFeature('other')],
      providers: [{ provide: 'again', inject: [Constructed], useFactory: (repository: unknown) => repository }],
    })
    class OtherModule {}
    @Module({
      imports: [CasCacheModule.forFeature('app')],
      providers: [Constructed],
      exports: [Constructed],
    })
    class AppModule {}

    const app = await start({
      imports: [
        CasCacheModule.forRoot(),
        moduleOf({ imports: [named] }),
        OtherModule,
        { module: AppModule, global: true },
      ],
    });
    await app.get(Constructed, { strict: false }).find(1);
    const stats = app.get(CasCacheRegistry).stats();
    expect([stats['app']?.fills.stored, stats['other']?.fills.stored]).toEqual([1, 0]);
  });
});

describe('are bound by hand when they come from', () => {
  const perRequest: Provider = {
    provide: Repository,
    scope: Scope.REQUEST,
    inject: [CasCacheRegistry],
    useFactory: (registry: CasCacheRegistry) => registry.bind(new Repository(), 'app'),
  };

  it('a request-scoped factory: registry.bind(instance, namespace) answers the instance', async () => {
    const app = await start({ imports: imports(), providers: [perRequest] });
    expect(await isCached(await app.resolve(Repository))).toBe(true);
  });

  it('new, in a test', async () => {
    const app = await compile({ imports: imports() });
    const repository = new Repository();
    expect(await isCached(repository)).toBe(false);
    expect(await isCached(app.get(CasCacheRegistry).bind(new Repository(), 'app'))).toBe(true);
  });

  it('new, without a namespace where there is one only', async () => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), named] });
    expect(await isCached(app.get(CasCacheRegistry).bind(new Repository()))).toBe(true);
  });

  it('new, with a namespace that takes the place of an earlier one', async () => {
    const app = await compile({ imports: imports() });
    const registry = app.get(CasCacheRegistry);
    await registry.bind(registry.bind(new Repository(), 'named'), 'app').find(1);
    expect(registry.get('app').stats().fills.stored).toBe(1);
  });
});

describe('are an error', () => {
  it('without a namespace where there are several', async () => {
    const app = await compile({ imports: imports() });
    const error = await errorOf(() => app.get(CasCacheRegistry).bind(new Repository()));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain("bind(instance, 'user')");
    expect(error.message).toContain('"app", "named"');
  });

  it('with a namespace that does not exist', async () => {
    const app = await compile({ imports: imports() });
    const error = await errorOf(() => app.get(CasCacheRegistry).bind(new Repository(), 'nobody'));
    expect(error.message).toContain('There is no namespace "nobody" (there is "app", "named")');
  });

  it('when they are frozen', async () => {
    const providers = [{ provide: Repository, useValue: Object.freeze(new Repository()) }];
    const error = await errorOf(() => start({ imports: imports(), providers }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('An instance of Repository is frozen');
  });

  it.each([
    ['none', []],
    ['several', [CasCacheModule.forFeature('user'), CasCacheModule.forFeature('order')]],
  ])('in a module that sees %s of the caches, named with the module', async (seen, features) => {
    @Module({ imports: features, providers: [{ provide: 'repo', useFactory: () => new Repository() }] })
    class RepositoryModule {}
    const error = await errorOf(() => start({ imports: imports(RepositoryModule) }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('repo in RepositoryModule');
    expect(error.message).toContain(`sees ${seen} of the caches`);
  });
});
