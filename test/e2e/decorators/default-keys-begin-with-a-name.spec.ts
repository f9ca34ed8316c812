import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry, CasCached, CasConfigError, casKey } from 'nestjs-cascache';
import type { CacheEvent, CasCachedOptions, CasHooks } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile } = applications();

interface Finder {
  find(id: number): Promise<number>;
}

/** Every call makes another class, of the name that a bundler gave it. */
function named(name: string, options: CasCachedOptions = {}, Base: Type = Object): Type<Finder> {
  @Injectable()
  class Repository extends Base {
    @CasCached(options)
    async find(id: number): Promise<number> {
      return id;
    }
  }
  Object.defineProperty(Repository, 'name', { value: name });
  return Repository;
}

function heirOf(Base: Type<Finder>, name: string): Type<Finder> {
  @Injectable()
  class Heir extends Base {}
  Object.defineProperty(Heir, 'name', { value: name });
  return Heir;
}

class Warnings implements CasHooks {
  readonly events = ['warning'] as const;
  readonly list: string[] = [];

  onEvent(event: CacheEvent): void {
    if (event.type === 'warning') this.list.push(`${event.namespace}: ${event.message}`);
  }
}

const providing = (namespace: string, ...providers: Type[]): DynamicModule =>
  moduleOf({ imports: [CasCacheModule.forFeature(namespace)], providers });

async function application(...imports: DynamicModule[]) {
  const warnings = new Warnings();
  const app = await compile({ imports: [CasCacheModule.forRoot({ hooks: warnings, logger: false }), ...imports] });
  return { app, warnings: warnings.list };
}

describe('`keyName`', () => {
  it('stands in the place of the name of the class', () => {
    expect(casKey(named('t', { keyName: 'users' }), 'find', 1)).toBe('users.find(1)');
    expect(casKey(named('t', { keyName: 'my users' }), 'find', 1)).toBe("'my users'.find(1)");
  });

  it('leaves the class of an heir in its keys', () => {
    const Base = named('t', { keyName: 'users' });
    expect(casKey(heirOf(Base, 'AdminRepository'), 'find', 1)).toBe('AdminRepository:users.find(1)');
  });

  it('lets two builds that gave the class different names share its rows', () => {
    const key = (name: string): string => casKey(named(name, { keyName: 'users' }), 'find', 1);
    expect(key('t')).toBe(key('ae'));
  });

  it('gives a class without a name default keys', () => {
    expect(casKey(named('', { keyName: 'users' }), 'find', 1)).toBe('users.find(1)');
  });

  it('of two classes in one namespace is an error at start-up that names both', async () => {
    const types = [named('UserRepository', { keyName: 'users' }), named('OrderRepository', { keyName: 'users' })];
    const error = await errorOf(() => application(providing('user', ...types)));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('UserRepository.find');
    expect(error.message).toContain('OrderRepository.find');
    expect(error.message).toContain('one keyName in namespace "user"');
  });

  it('of two classes is an error also where the methods have other names', async () => {
    @Injectable()
    class Lister {
      @CasCached({ keyName: 'users' })
      async list(): Promise<number[]> {
        return [];
      }
    }
    const error = await errorOf(() => application(providing('user', named('A', { keyName: 'users' }), Lister)));
    expect(error.message).toContain('Lister.list');
  });

  it('is taken by several methods of a class, by heirs of one class, and once more in another namespace', async () => {
    @Injectable()
    class UserRepository {
      @CasCached({ keyName: 'users' })
      async find(id: number): Promise<number> {
        return id;
      }

      @CasCached({ keyName: 'users' })
      async list(): Promise<number[]> {
        return [];
      }
    }
    const heirs = [heirOf(UserRepository, 'OneRepository'), heirOf(UserRepository, 'OtherRepository')];
    await expect(
      application(
        providing('user', UserRepository, ...heirs),
        providing('order', named('OrderRepository', { keyName: 'users' })),
      ),
    ).resolves.toBeDefined();
  });

  it('that is what another class is called is an error at start-up', async () => {
    const types = [named('users'), named('UserRepository', { keyName: 'users' })];
    const error = await errorOf(() => application(providing('user', ...types)));
    expect(error.message).toContain('Two classes have the default keys');
  });

  it.each<[string, CasCachedOptions, string]>([
    ['beside `key`', { key: String, keyName: 'users' }, 'keyName is about default keys'],
    ['without a character', { keyName: '' }, 'keyName is a text'],
    ['that is no text', { keyName: 1 as never }, 'keyName is a text'],
    ['that is very long', { keyName: 'x'.repeat(101) }, 'of 1 to 100 characters'],
  ])('%s is refused at decoration', (_, options, message) => {
    expect(() => named('UserRepository', options)).toThrow(CasConfigError);
    expect(() => named('UserRepository', options)).toThrow(message);
  });
});

describe('class names that a minifier makes are warned about at start-up', () => {
  it('once for a namespace, with all of them', async () => {
    const { warnings } = await application(providing('user', named('t'), named('ae'), named('$b1')));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^user: .*namespace "user" .*made: t, ae, \$b1\./);
    expect(warnings[0]).toContain('keepNames');
    expect(warnings[0]).toContain('keyName');
  });

  it.each(['a', 'Zt', '_1', 'aBc', 'default_1', '_class'])('such as %s', async (name) => {
    const { warnings } = await application(providing('user', named(name)));
    expect(warnings).toHaveLength(1);
  });

  it.each(['Foo', 'API', 'UserRepository', 'Cats'])('and not %s', async (name) => {
    const { warnings } = await application(providing('user', named(name)));
    expect(warnings).toEqual([]);
  });

  it('also of heirs', async () => {
    const { warnings } = await application(providing('user', heirOf(named('UserRepository'), 'q')));
    expect(warnings[0]).toContain('made: q.');
  });

  it('not where `keyName` or `key` stand in their place', async () => {
    const types = [named('t', { keyName: 'users' }), named('e', { key: String })];
    expect((await application(providing('user', ...types))).warnings).toEqual([]);
  });

  it('when a module is loaded lazily, and when an instance is bound', async () => {
    const { app, warnings } = await application(CasCacheModule.forFeature('user'));
    app.get(CasCacheRegistry).bind(new (named('t'))(), 'user');
    expect(warnings.at(-1)).toContain('made: t.');
    @Module({ imports: [CasCacheModule.forFeature('user')], providers: [named('e')] })
    class LateModule {}
    await app.get(LazyModuleLoader).load(() => LateModule);
    expect(warnings.at(-1)).toContain('made: e.');
    expect(warnings).toHaveLength(2);
  });
});
