import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { CAS_PROVIDER, CasCacheModule, CasConfigError, MemoryProvider } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheOptionsFactory } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';

const { compile } = applications();

/** Recognised by identity: whatever way the options took, the provider has to arrive. */
const provider = new MemoryProvider();

@Injectable()
class Settings {
  readonly options: CasCacheModuleOptions = { provider };
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class FactoryWithDependency implements CasCacheOptionsFactory {
  constructor(private readonly settings: Settings) {}

  async createCasCacheOptions(): Promise<CasCacheModuleOptions> {
    return this.settings.options;
  }
}

@Module({ imports: [SettingsModule], providers: [FactoryWithDependency], exports: [FactoryWithDependency] })
class FactoryModule {}

describe('forRootAsync', () => {
  it.each([
    [
      'useFactory, with inject and imports',
      {
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: async ({ options }: Settings) => options,
      },
    ],
    ['useClass, whose dependencies come from imports', { imports: [SettingsModule], useClass: FactoryWithDependency }],
    ['useExisting, from imports', { imports: [FactoryModule], useExisting: FactoryWithDependency }],
  ])('takes %s', async (_, options) => {
    const app = await compile({
      imports: [CasCacheModule.forRootAsync(options), CasCacheModule.forFeature('user')],
      providers: [UserRepository],
    });

    expect(app.get(CAS_PROVIDER)).toBe(provider);
    const users = app.get(UserRepository);
    await users.find('1');
    await users.find('1');
    expect(users.reads).toBe(1);
  });

  it.each([
    ['no way at all', {}],
    ['two ways', { useFactory: () => ({}), useClass: FactoryWithDependency }],
  ])('refuses %s', (_, options) => {
    expect(() => CasCacheModule.forRootAsync(options)).toThrow(CasConfigError);
    expect(() => CasCacheModule.forRootAsync(options)).toThrow('exactly one of useFactory, useClass and useExisting');
  });

  it('refuses a factory that answers nothing', async () => {
    const useFactory = (): CasCacheModuleOptions => undefined as unknown as CasCacheModuleOptions;
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRootAsync({ useFactory })] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('a factory has to return them');
  });

  it('refuses isGlobal in the answer of the factory, where it comes too late', async () => {
    const useFactory = (): CasCacheModuleOptions => ({ isGlobal: false });
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRootAsync({ useFactory })] }));
    expect(error.message).toContain('isGlobal belongs beside the factory');
  });
});
