import { describe, expect, it } from '@jest/globals';
import { Injectable, Module, Scope } from '@nestjs/common';
import {
  CasCache,
  CasCacheModule,
  CasCacheRegistry,
  CasCacheService,
  CasKeyError,
  InjectCasCache,
  getCasCacheToken,
} from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

interface User {
  readonly name: string;
}

@Injectable()
class ByClass {
  constructor(readonly cache: CasCacheService<User>) {}
}

@Injectable()
class ByAlias {
  constructor(readonly cache: CasCache<User>) {}
}

@Injectable({ scope: Scope.REQUEST })
class ByClassPerRequest {
  constructor(readonly cache: CasCacheService<User>) {}
}

@Injectable()
class ByName {
  constructor(
    @InjectCasCache('user') readonly users: CasCacheService<User>,
    @InjectCasCache('order') readonly orders: CasCacheService,
  ) {}

  @InjectCasCache('order') readonly property!: CasCacheService;
}

@Module({ imports: [CasCacheModule.forFeature('user')], providers: [ByClass, ByAlias, ByClassPerRequest] })
class UserModule {}

@Module({ imports: [CasCacheModule.forFeature('order')], providers: [ByClass] })
class OrderModule {}

@Module({ imports: [CasCacheModule.forFeature('user'), CasCacheModule.forFeature('order')], providers: [ByName] })
class ReportModule {}

describe('a class that injects CasCacheService', () => {
  it("gets the namespace of its module's forFeature", async () => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), UserModule, OrderModule] });
    expect(app.select(UserModule).get(ByClass, { strict: true }).cache.namespace).toBe('user');
    expect(app.select(OrderModule).get(ByClass, { strict: true }).cache.namespace).toBe('order');
  });

  it('may call it CasCache, which is the same class', async () => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), UserModule] });
    expect(CasCache).toBe(CasCacheService);
    expect(app.get(ByAlias, { strict: false }).cache.namespace).toBe('user');
  });

  it('may be request-scoped', async () => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), OrderModule, UserModule] });
    expect((await app.resolve(ByClassPerRequest, undefined, { strict: false })).cache.namespace).toBe('user');
  });

  it('in a root module that imports no forFeature of its own is an error of Nest, even where others import one', async () => {
    const error = await errorOf(() =>
      compile({ imports: [CasCacheModule.forRoot(), UserModule], providers: [ByClass] }),
    );
    expect(error.message).toContain("Nest can't resolve dependencies of the ByClass");
  });
});

describe('@InjectCasCache', () => {
  it('gets a cache by name, in parameters and properties, where several can be seen', async () => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), ReportModule] });
    const report = app.get(ByName, { strict: false });
    expect([report.users, report.orders, report.property].map(({ namespace }) => namespace)).toEqual([
      'user',
      'order',
      'order',
    ]);
  });

  it('without forFeature is an error of Nest that names it', async () => {
    const imports = [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')];
    const error = await errorOf(() => compile({ imports, providers: [ByName] }));
    expect(error.message).toContain("CasCacheModule.forFeature('order')");
  });

  it('refuses what is no namespace, where it is written', () => {
    expect(() => InjectCasCache('a:b')).toThrow(CasKeyError);
  });
});

describe('app.get(getCasCacheToken)', () => {
  it('looks a cache up by name', async () => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), ReportModule] });
    const cache = app.get<CasCacheService<User>>(getCasCacheToken('order'), { strict: false });
    expect(cache).toBe(app.get(CasCacheRegistry).get('order'));
  });
});
