import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { CasCacheModule, CasCacheRegistry, CasConfigError } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { UserRepository } from '../../support/nest/user-repository.js';

const { compile } = applications();

describe('forRoot', () => {
  it('twice in one application is an error at start-up', async () => {
    @Module({ imports: [CasCacheModule.forRoot()] })
    class OtherModule {}

    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), OtherModule] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('CasCacheModule.forRoot() is imported 2 times: import it once');
  });

  it('beside forRootAsync is an error at start-up', async () => {
    const root = CasCacheModule.forRootAsync({ useFactory: () => ({}) });
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), root] }));
    expect(error.message).toContain('imported 2 times');
  });

  it('twice opens no connection before it is refused', async () => {
    let opened = 0;
    const redis = { status: 'wait', pipeline: () => undefined, duplicate: () => void opened++ };
    await errorOf(() => compile({ imports: [CasCacheModule.forRoot({ redis }), CasCacheModule.forRoot({ redis })] }));
    expect(opened).toBe(0);
  });

  it('once, imported by two modules as one object, is once', async () => {
    const root = CasCacheModule.forRoot();
    @Module({ imports: [root] })
    class OtherModule {}

    const app = await compile({ imports: [root, OtherModule] });
    expect(app.get(CasCacheRegistry)).toBeInstanceOf(CasCacheRegistry);
  });

  it('missing beside forFeature is an error at start-up that names forRoot', async () => {
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forFeature('user')] }));
    expect(error.message).toContain('CasCacheModule.forRoot(), imported once by the root module');
  });

  it('exports no CasCacheService: without forFeature, a decorated class is an error at start-up that names forFeature', async () => {
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot()], providers: [UserRepository] }));
    expect(error.message).toContain("Nest can't resolve dependencies of the UserRepository");
    expect(error.message).toContain("import CasCacheModule.forFeature('<namespace>') in the module that provides it");
  });
});
