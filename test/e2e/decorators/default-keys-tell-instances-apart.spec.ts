import { describe, expect, it } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Controller, Inject, Injectable, Scope } from '@nestjs/common';
import type { ModuleMetadata, Provider, Type } from '@nestjs/common';
import { ContextIdFactory, ModuleRef, REQUEST } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry, CasCached, CasConfigError, CasInvalidate, casKey } from 'nestjs-cascache';
import type { CasCachedOptions } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile, start } = applications();

const imports = (...more: NonNullable<ModuleMetadata['imports']>): NonNullable<ModuleMetadata['imports']> => [
  CasCacheModule.forRoot(),
  CasCacheModule.forFeature('app'),
  ...more,
];

class Repository {
  tenant = 'nobody';
  reads = 0;

  async find(_id: number): Promise<string> {
    this.reads++;
    return this.tenant;
  }

  async rename(_id: number): Promise<void> {}
}

/** A repository whose reads are cached under default keys, as the options have it. */
function cachedRepository(options: CasCachedOptions = {}, scope?: Parameters<typeof Injectable>[0]): Type<Repository> {
  @Injectable(scope)
  class UserRepository extends Repository {
    @CasCached(options)
    override async find(id: number): Promise<string> {
      return super.find(id);
    }

    @CasInvalidate({ of: 'find' })
    override async rename(_id: number): Promise<void> {}
  }
  return UserRepository;
}

const byTenant: CasCachedOptions = { instance: (self: Repository) => self.tenant };
const SAYS = ['UserRepository.find', 'instance: (self) =>', "instance: 'shared'"];

async function expectRefused(work: () => unknown, ...texts: string[]): Promise<void> {
  const error = await errorOf(work);
  expect(error).toBeInstanceOf(CasConfigError);
  for (const text of [...SAYS, ...texts]) expect(error.message).toContain(text);
}

describe('default keys that do not tell instances apart are an error at start-up', () => {
  it.each([
    ['a request-scoped class', { scope: Scope.REQUEST }, 'is request-scoped'],
    ['a durable class', { scope: Scope.REQUEST, durable: true }, 'is durable'],
    ['a transient class', { scope: Scope.TRANSIENT }, 'is transient'],
  ])('on %s', async (_, scope, why) => {
    const type = cachedRepository({}, scope);
    await expectRefused(() => compile({ imports: imports(), providers: [type] }), why);
  });

  it('on a class that two modules provide, named with both', async () => {
    const type = cachedRepository();
    const feature = { imports: [CasCacheModule.forFeature('app')], providers: [type] };
    await expectRefused(
      () => compile({ imports: imports(moduleOf(feature), moduleOf(feature)) }),
      'is provided twice in SomeModule',
      'namespace "app"',
    );
  });

  it('on a class that two tokens of one module provide', async () => {
    const type = cachedRepository();
    const providers = [type, { provide: 'again', useClass: type }];
    await expectRefused(() => compile({ imports: imports(), providers }), 'is provided');
  });

  it('on a class that depends on the request', async () => {
    const Base = cachedRepository();
    @Injectable()
    class Dependent extends Base {
      constructor(@Inject(REQUEST) readonly request: unknown) {
        super();
      }
    }
    await expectRefused(() => start({ imports: imports(), providers: [Dependent] }), 'Dependent depends on something');
  });

  it('on a controller that depends on something request-scoped', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    const Base = cachedRepository();
    @Controller()
    class UserController extends Base {
      constructor(@Inject(PerRequest) readonly perRequest: PerRequest) {
        super();
      }
    }
    await expectRefused(
      () => start({ imports: imports(), providers: [PerRequest], controllers: [UserController] }),
      'UserController depends on something request-scoped',
    );
  });

  it('on objects of two factories', async () => {
    const type = cachedRepository();
    const made = (provide: string): Provider => ({ provide, useFactory: () => new type() });
    await expectRefused(
      () => start({ imports: imports(), providers: [made('one'), made('other')] }),
      'several instances',
    );
  });
});

describe('one instance needs no word about it', () => {
  it('in each of two namespaces', async () => {
    const type = cachedRepository();
    const feature = (name: string) => moduleOf({ imports: [CasCacheModule.forFeature(name)], providers: [type] });
    await expect(start({ imports: imports(feature('user'), feature('order')) })).resolves.toBeDefined();
  });

  it('that is the value of two providers', async () => {
    const value = new (cachedRepository())();
    const providers = [
      { provide: 'one', useValue: value },
      { provide: 'other', useValue: value },
    ];
    await expect(start({ imports: imports(), providers })).resolves.toBeDefined();
  });

  it('under a further token that names the first', async () => {
    const type = cachedRepository();
    const providers = [type, { provide: 'again', useExisting: type }];
    await expect(start({ imports: imports(), providers })).resolves.toBeDefined();
  });

  it('of each of two heirs, whose keys have their class', async () => {
    const Base = cachedRepository();
    @Injectable()
    class One extends Base {}
    @Injectable()
    class Other extends Base {}
    await expect(start({ imports: imports(), providers: [One, Other] })).resolves.toBeDefined();
  });
});

describe('instances that come later are checked when they are bound', () => {
  it('by registry.bind', async () => {
    const type = cachedRepository();
    const registry = (await compile({ imports: imports() })).get(CasCacheRegistry);
    const first = registry.bind(new type(), 'app');
    expect(registry.bind(first, 'app')).toBe(first);
    await expectRefused(() => registry.bind(new type(), 'app'), 'several instances');
  });

  it('by ModuleRef.create, beside a provider', async () => {
    const type = cachedRepository();
    const app = await compile({ imports: imports(), providers: [type] });
    await expectRefused(() => app.get(ModuleRef).create(type), 'several instances');
  });

  it('in the namespace that a decorator names', async () => {
    const type = cachedRepository({ namespace: 'named' });
    const app = await compile({ imports: imports(moduleOf({ imports: [CasCacheModule.forFeature('named')] })) });
    const registry = app.get(CasCacheRegistry);
    registry.bind(new type(), 'app');
    await expectRefused(() => registry.bind(new type(), 'app'), 'several instances');
  });
});

describe('`instance`', () => {
  async function twoTenants(options: CasCachedOptions) {
    const type = cachedRepository(options, { scope: Scope.REQUEST });
    const app = await compile({ imports: imports(), providers: [type] });
    const resolve = async (tenant: string): Promise<Repository> => {
      const repository = await app.resolve(type, ContextIdFactory.create());
      return Object.assign(repository, { tenant });
    };
    return { resolve, type, cache: app.get(CasCacheRegistry).get('app') };
  }

  it('keeps the rows of one instance from another', async () => {
    const { resolve } = await twoTenants(byTenant);
    expect(await (await resolve('acme')).find(1)).toBe('acme');
    expect(await (await resolve('globex')).find(1)).toBe('globex');
    const again = await resolve('acme');
    expect([await again.find(1), again.reads]).toEqual(['acme', 0]);
  });

  it("that is 'shared' serves the rows of one instance to another", async () => {
    const { resolve } = await twoTenants({ instance: 'shared' });
    await (await resolve('acme')).find(1);
    expect(await (await resolve('globex')).find(1)).toBe('acme');
  });

  it('is asked of the writer by `of`', async () => {
    const { resolve } = await twoTenants(byTenant);
    const [acme, globex] = [await resolve('acme'), await resolve('globex')];
    await acme.find(1);
    await globex.find(1);
    await acme.rename(1);
    await acme.find(1);
    await globex.find(1);
    expect([acme.reads, globex.reads]).toEqual([2, 1]);
  });

  it('is in casKey(instance, …), and casKey of the class asks for the instance', async () => {
    const { resolve, type, cache } = await twoTenants(byTenant);
    const acme = await resolve('acme');
    await acme.find(1);
    expect(casKey(acme, 'find', 1)).toBe("UserRepository.find['acme'](1)");
    expect(await cache.get(casKey(acme, 'find', 1))).toBe('acme');
    expect(() => casKey(type, 'find', 1)).toThrow('depend on its instance; give the instance in place of the class');
  });

  it('is asked with every call, so that it may depend on the caller', async () => {
    const tenants = new AsyncLocalStorage<string>();
    const type = cachedRepository({ instance: () => tenants.getStore() });
    const repository = (await compile({ imports: imports(), providers: [type] })).get(type);
    const find = (tenant: string) => tenants.run(tenant, () => repository.find(1));
    await find('acme');
    await find('globex');
    await find('acme');
    expect(repository.reads).toBe(2);
    await expect(repository.find(1)).rejects.toThrow('UserRepository.find: instance answered undefined');
  });

  it.each<[string, unknown, unknown]>([
    ['1 and "1"', 1, '1'],
    ['null and "null"', null, 'null'],
    ['"a\'](" and more of the key', "a'](1)", 'a'],
    ['two long texts', 'x'.repeat(1_000), 'x'.repeat(1_001)],
  ])('tells %s apart', async (_, one, other) => {
    const type = cachedRepository({ instance: (self: { tenant: unknown }) => self.tenant });
    const key = (tenant: unknown): string => casKey(Object.assign(new type(), { tenant: tenant as string }), 'find', 1);
    expect(key(one)).not.toBe(key(other));
    expect(key(one).length).toBeLessThan(200);
  });

  it('that no key can be built from is an error of the call that names it', async () => {
    const type = cachedRepository({ instance: () => Promise.resolve('acme') });
    const repository = (await compile({ imports: imports(), providers: [type] })).get(type);
    await expect(repository.find(1)).rejects.toThrow('UserRepository.find: instance: Argument 1');
  });

  it.each<[string, CasCachedOptions, string]>([
    ['beside `key`', { key: String, instance: 'shared' }, 'in a key function, `this` is the instance'],
    ['that is another word', { instance: 'all' as never }, "or 'shared' if nothing does"],
  ])('%s is refused at decoration', (_, options, message) => {
    expect(() => cachedRepository(options)).toThrow(CasConfigError);
    expect(() => cachedRepository(options)).toThrow(message);
  });
});
