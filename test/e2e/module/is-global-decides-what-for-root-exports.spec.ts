import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { CAS_CODEC, CAS_GEN_STORE, CAS_HOOKS, CAS_PROVIDER, CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';

const { compile } = applications();

@Injectable()
class Dashboard {
  constructor(
    readonly registry: CasCacheRegistry,
    @Inject(CAS_PROVIDER) readonly provider: unknown,
    @Inject(CAS_CODEC) readonly codec: unknown,
    @Inject(CAS_GEN_STORE) readonly generations: unknown,
    @Inject(CAS_HOOKS) readonly hooks: unknown,
  ) {}
}

@Module({ providers: [Dashboard] })
class DashboardModule {}

@Module({ imports: [CasCacheModule.forFeature('user')], providers: [UserRepository], exports: [UserRepository] })
class UserModule {}

const LOCAL = [
  ['forRoot', () => CasCacheModule.forRoot({ isGlobal: false })],
  ['forRootAsync', () => CasCacheModule.forRootAsync({ isGlobal: false, useFactory: () => ({}) })],
] as const;

describe('isGlobal', () => {
  it('by default the registry and the tokens can be injected in every module', async () => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), DashboardModule] });
    const dashboard = app.get(Dashboard, { strict: false });
    expect(dashboard.registry).toBeInstanceOf(CasCacheRegistry);
    expect(dashboard.provider).toBeDefined();
  });

  it.each(LOCAL)('%s({ isGlobal: false }) keeps them from modules that do not import it', async (_, root) => {
    const error = await errorOf(() => compile({ imports: [root(), DashboardModule] }));
    expect(error.message).toContain('CasCacheRegistry');
  });

  it.each(LOCAL)('%s({ isGlobal: false }) gives them to the module that imports it', async (_, root) => {
    const app = await compile({ imports: [root()], providers: [Dashboard] });
    expect(app.get(Dashboard).registry.names()).toEqual([]);
  });

  it.each(LOCAL)('with %s({ isGlobal: false }), forFeature and decorators work in every module', async (_, root) => {
    const app = await compile({ imports: [root(), UserModule] });
    const users = app.get(UserRepository, { strict: false });
    await users.find('1');
    await users.find('1');
    expect(users.reads).toBe(1);
  });
});
