import { describe, expect, it } from '@jest/globals';
import { Injectable, Module, Scope } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry, CasCached, CasConfigError, CasInvalidate } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile, start } = applications();

interface Finder {
  find(id: string): Promise<string>;
}

/** Every call makes another class of the same name, as two files would. */
function repo(table: string, instance?: 'shared'): Type<Finder> {
  @Injectable()
  class Repo {
    @CasCached({ instance })
    async find(id: string): Promise<string> {
      return `${table}-${id}`;
    }
  }
  return Repo;
}

class Unnamed {
  @CasCached({ namespace: 'nobody' })
  async find(): Promise<number> {
    return 1;
  }
}

class WrongOf {
  @CasInvalidate({ of: 'find' as never })
  async rename(_id: string): Promise<void> {}
}

const madeBy = (type: Type, scope = Scope.DEFAULT): Provider => ({
  provide: 'made',
  scope,
  useFactory: () => new type() as unknown,
});
const withUser = (provider: Provider): DynamicModule =>
  moduleOf({ imports: [CasCacheModule.forFeature('user')], providers: [provider] });
const imports = (...more: DynamicModule[]): NonNullable<ModuleMetadata['imports']> => [
  CasCacheModule.forRoot(),
  CasCacheModule.forFeature('user'),
  ...more,
];

const SHARED_KEYS = 'Two classes have the default keys of Repo.find in namespace "user"';

describe('an object of useFactory is an error at start-up', () => {
  it('when its class and that of another such object have one name, so that each could be served the values of the other', async () => {
    const made = [withUser(madeBy(repo('user'))), withUser(madeBy(repo('order')))];
    const error = await errorOf(() => start({ imports: imports(...made) }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(SHARED_KEYS);
  });

  it('when a class that Nest constructs has its name', async () => {
    const error = await errorOf(() =>
      start({ imports: imports(withUser(repo('user')), withUser(madeBy(repo('order')))) }),
    );
    expect(error.message).toContain(SHARED_KEYS);
  });

  it('when its decorator names a namespace that no module names', async () => {
    const error = await errorOf(() => start({ imports: imports(withUser(madeBy(Unnamed))) }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('Unnamed.find is decorated with the namespace "nobody", which no module names');
  });

  it('when `of` names no cached method', async () => {
    const error = await errorOf(() => start({ imports: imports(withUser(madeBy(WrongOf))) }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('of names "find", which is no @CasCached method');
  });
});

describe('registry.bind refuses', () => {
  it.each<[string, Type, string]>([
    ['a class that has the name of another one', repo('order'), SHARED_KEYS],
    ['a namespace that no module names', Unnamed, 'the namespace "nobody", which no module names'],
    ['`of` that names no cached method', WrongOf, 'of names "find", which is no @CasCached method'],
  ])('%s', async (_, type, message) => {
    const app = await compile({ imports: imports(withUser(repo('user'))) });
    const error = await errorOf(() => app.get(CasCacheRegistry).bind(new type() as object, 'user'));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(message);
  });
});

describe('registry.bind takes', () => {
  it('any number of instances of one class that share their rows, and objects made from one', async () => {
    const registry = (await compile({ imports: imports() })).get(CasCacheRegistry);
    const Repo = repo('user', 'shared');
    const first = registry.bind(new Repo(), 'user');
    const heir = registry.bind(Object.create(new Repo()) as Finder, 'user');
    expect([await first.find('1'), await heir.find('1')]).toEqual(['user-1', 'user-1']);
    expect(registry.get('user').stats().fills.stored).toBe(1);
  });

  it('a class that has the name of another one, in another namespace', async () => {
    const app = await compile({ imports: imports(withUser(repo('user')), CasCacheModule.forFeature('order')) });
    const bound = app.get(CasCacheRegistry).bind(new (repo('order'))(), 'order');
    expect(await bound.find('1')).toBe('order-1');
  });
});

describe('a module that is loaded lazily is refused', () => {
  it.each<[string, Type, string]>([
    ['when a class of it has the name of another one', repo('order'), SHARED_KEYS],
    ['when a decorator names a namespace that no module names', Unnamed, 'which no module names'],
    ['when `of` names no cached method', WrongOf, 'which is no @CasCached method'],
  ])('%s', async (_, type, message) => {
    @Module({ imports: [CasCacheModule.forFeature('user')], providers: [type] })
    class LateModule {}
    const app = await start({ imports: imports(withUser(repo('user'))) });
    const error = await errorOf(() => app.get(LazyModuleLoader).load(() => LateModule));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(message);
  });

  it('and the next one that is right is loaded', async () => {
    @Module({ imports: [CasCacheModule.forFeature('user')], providers: [Unnamed] })
    class WrongModule {}
    @Module({ imports: [CasCacheModule.forFeature('late')], providers: [repo('late')] })
    class RightModule {}
    const app = await start({ imports: imports() });
    const loader = app.get(LazyModuleLoader);
    await errorOf(() => loader.load(() => WrongModule));
    await expect(loader.load(() => RightModule)).resolves.toBeDefined();
  });
});
