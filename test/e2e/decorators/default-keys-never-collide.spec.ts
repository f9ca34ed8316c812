import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { CasCacheModule, CasCached, CasConfigError } from 'nestjs-cascache';
import type { CasCachedOptions } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile } = applications();

/** Every call makes another class of the same name, as two files would. */
function userService(options: CasCachedOptions = {}): Type {
  @Injectable()
  class UserService {
    @CasCached(options)
    async find(_id: number): Promise<number> {
      return 1;
    }
  }
  return UserService;
}

const moduleWith = (namespace: string, provider: Provider): DynamicModule =>
  moduleOf({ imports: [CasCacheModule.forFeature(namespace)], providers: [provider] });

const application = (...imports: DynamicModule[]) => compile({ imports: [CasCacheModule.forRoot(), ...imports] });

describe('two classes of one name', () => {
  it('with default keys in one namespace are an error at start-up', async () => {
    const error = await errorOf(() =>
      application(moduleWith('user', userService()), moduleWith('user', userService())),
    );
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('Two classes have the default keys of UserService.find in namespace "user"');
    expect(error.message).toContain('rename one');
  });

  it('whose decorators name one namespace are an error at start-up', async () => {
    const named = (): Type => userService({ namespace: 'shared' });
    const shared = CasCacheModule.forFeature('shared');
    const error = await errorOf(() => application(shared, moduleWith('user', named()), moduleWith('order', named())));
    expect(error.message).toContain('in namespace "shared"');
  });

  it('are an error also where one of them comes as an object', async () => {
    const Other = userService();
    const made = moduleWith('user', { provide: 'made', useValue: new Other() as object });
    const error = await errorOf(() => application(made, moduleWith('user', userService())));
    expect(error).toBeInstanceOf(CasConfigError);
  });

  it('in different namespaces start', async () => {
    await expect(
      application(moduleWith('user', userService()), moduleWith('order', userService())),
    ).resolves.toBeDefined();
  });

  it('with key functions start', async () => {
    const keyed = (): Type => userService({ key: (id: number) => String(id) });
    await expect(application(moduleWith('user', keyed()), moduleWith('user', keyed()))).resolves.toBeDefined();
  });

  it('that are one class, provided twice, start where its instances share their rows', async () => {
    const one = userService({ instance: 'shared' });
    await expect(application(moduleWith('user', one), moduleWith('user', one))).resolves.toBeDefined();
  });
});
