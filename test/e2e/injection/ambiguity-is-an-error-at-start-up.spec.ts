import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, Injectable, Module, Scope, UseGuards, forwardRef } from '@nestjs/common';
import type { CanActivate, MiddlewareConsumer, NestMiddleware, NestModule, Provider, Type } from '@nestjs/common';
import { CasCacheModule, CasCacheService, CasCached, CasConfigError } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile, track } = applications();

const TWO = [CasCacheModule.forFeature('user'), CasCacheModule.forFeature('order')];

@Injectable()
class ByConstructor {
  constructor(readonly cache: CasCacheService) {}
}

@Injectable({ scope: Scope.REQUEST })
class ByConstructorPerRequest {
  constructor(readonly cache: CasCacheService) {}
}

@Injectable()
class Heir extends ByConstructor {}

@Injectable()
class ByInject {
  constructor(@Inject(CasCacheService) readonly cache: unknown) {}
}

@Injectable()
class ByForwardRef {
  constructor(@Inject(forwardRef(() => CasCacheService)) readonly cache: CasCacheService) {}
}

@Injectable()
class ByProperty {
  @Inject() readonly cache!: CasCacheService;
}

const factory: Provider = {
  provide: 'a factory',
  inject: [CasCacheService],
  useFactory: (cache: unknown) => ({ cache }),
};
const optional: Provider = {
  provide: 'an optional factory',
  inject: [{ token: CasCacheService, optional: true }],
  useFactory: (cache: unknown) => ({ cache }),
};
const alias: Provider = { provide: 'an alias', useExisting: CasCacheService };
const byToken: Provider = { provide: 'a token', useClass: ByConstructor };

describe('a class that could be given several caches is an error at start-up that names class, module and namespaces', () => {
  it.each<[string, Provider]>([
    ['ByConstructor', ByConstructor],
    ['ByConstructorPerRequest', ByConstructorPerRequest],
    ['Heir', Heir],
    ['ByInject', ByInject],
    ['ByForwardRef', ByForwardRef],
    ['ByProperty', ByProperty],
    ['a factory', factory],
    ['an optional factory', optional],
    ['an alias', alias],
    ['a token', byToken],
  ])('%s', async (name, provider) => {
    @Module({ imports: TWO, providers: [provider] })
    class ReportModule {}

    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), ReportModule] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(
      `${name} in ReportModule gets CasCacheService, and ReportModule sees several: "user", "order"`,
    );
    expect(error.message).toContain("use @InjectCasCache('user')");
  });

  it('a controller', async () => {
    @Controller()
    class ReportController {
      constructor(readonly cache: CasCacheService) {}
    }
    const metadata = { imports: [CasCacheModule.forRoot(), ...TWO], controllers: [ReportController] };
    expect((await errorOf(() => compile(metadata))).message).toContain('ReportController in RootTestModule');
  });

  it('an enhancer', async () => {
    @Injectable()
    class Guard implements CanActivate {
      constructor(readonly cache: CasCacheService) {}

      canActivate(): boolean {
        return true;
      }
    }
    @Controller()
    class ReportController {
      @Get()
      @UseGuards(Guard)
      report(): void {}
    }
    const metadata = { imports: [CasCacheModule.forRoot(), ...TWO], controllers: [ReportController] };
    expect((await errorOf(() => compile(metadata))).message).toContain('Guard in RootTestModule');
  });

  it('middleware, which Nest makes when the application is initialised', async () => {
    @Injectable()
    class Middleware implements NestMiddleware {
      constructor(readonly cache: CasCacheService) {}

      use(): void {}
    }
    @Module({ imports: TWO })
    class ReportModule implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(Middleware).forRoutes('*path');
      }
    }
    const module = await compile({ imports: [CasCacheModule.forRoot(), ReportModule] });
    const app = track(module.createNestApplication({ logger: false }));
    expect((await errorOf(() => app.init())).message).toContain('Middleware in ReportModule');
  });

  it('the module class itself', async () => {
    @Module({ imports: TWO })
    class ReportModule {
      constructor(readonly cache: CasCacheService) {}
    }
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), ReportModule] }));
    expect(error.message).toContain('ReportModule in ReportModule');
  });

  it('a class with decorators that name no namespace, and says to name one', async () => {
    @Injectable()
    class Repository {
      @CasCached()
      async find(): Promise<number> {
        return 1;
      }
    }
    const error = await errorOf(() =>
      compile({ imports: [CasCacheModule.forRoot(), ...TWO], providers: [Repository] }),
    );
    expect(error.message).toContain('Repository in RootTestModule');
    expect(error.message).toContain("@CasCached({ namespace: 'user' })");
  });

  it('a re-exporting module listed first', async () => {
    @Module({ imports: [CasCacheModule.forFeature('order')], exports: [CasCacheModule] })
    class SharedModule {}
    @Module({ imports: [SharedModule, CasCacheModule.forFeature('user')], providers: [ByConstructor] })
    class UserModule {}

    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), UserModule] }));
    expect(error.message).toContain('UserModule sees several: "order", "user"');
  });

  it('a re-exporting module behind another, and a global one', async () => {
    @Module({ imports: [CasCacheModule.forFeature('order')], exports: [CasCacheModule] })
    class InnerModule {}
    @Module({ imports: [InnerModule], exports: [InnerModule] })
    class OuterModule {}
    const globalOne = { ...moduleOf({ imports: [OuterModule], exports: [OuterModule] }), global: true };
    @Module({ imports: [CasCacheModule.forFeature('user')], providers: [ByConstructor] })
    class UserModule {}

    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot(), globalOne, UserModule] }));
    expect(error.message).toContain('UserModule sees several: "user", "order"');
  });
});

describe('what is not ambiguous starts', () => {
  const starts = async (imports: (Type | ReturnType<typeof CasCacheModule.forFeature>)[]): Promise<string> => {
    @Module({ imports, providers: [ByConstructor] })
    class UserModule {}
    const app = await compile({ imports: [CasCacheModule.forRoot(), UserModule] });
    return app.get(ByConstructor, { strict: false }).cache.namespace;
  };

  it('one namespace, imported twice', async () => {
    expect(await starts([CasCacheModule.forFeature('user'), CasCacheModule.forFeature('user')])).toBe('user');
  });

  it('another namespace in a module that keeps it to itself', async () => {
    @Module({ imports: [CasCacheModule.forFeature('order')] })
    class OrderModule {}
    expect(await starts([OrderModule, CasCacheModule.forFeature('user')])).toBe('user');
  });

  it('a re-exported namespace alone', async () => {
    @Module({ imports: [CasCacheModule.forFeature('user')], exports: [CasCacheModule] })
    class SharedModule {}
    expect(await starts([SharedModule])).toBe('user');
  });

  it('a CasCacheService that the module provides itself, which comes before all imports', async () => {
    const own = { namespace: 'own' };
    const providers = [ByConstructor, { provide: CasCacheService, useValue: own }];
    const app = await compile({ imports: [CasCacheModule.forRoot(), ...TWO], providers });
    expect(app.get(ByConstructor).cache).toBe(own);
  });

  it('two namespaces without a class that asks for one by class', async () => {
    await expect(compile({ imports: [CasCacheModule.forRoot(), ...TWO] })).resolves.toBeDefined();
  });
});
