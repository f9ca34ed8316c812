import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CasCacheModule, CasCacheRegistry, CasCached, CasConfigError, CasInvalidate } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile } = applications();

@Injectable()
class Repository {
  reads = 0;

  @CasCached({ namespace: 'user' })
  async find(_id: number): Promise<number> {
    return ++this.reads;
  }

  @CasInvalidate({ of: 'find' })
  async write(_id: number): Promise<void> {}

  @CasInvalidate({ key: (id: number) => `Repository.find(${id})`, namespace: 'user' })
  async writeByKey(_id: number): Promise<void> {}
}

/** Without `of`, which needs a namespace of its module. */
@Injectable()
class Reader {
  reads = 0;

  constructor(readonly modules: ModuleRef) {}

  @CasCached({ namespace: 'user' })
  async find(_id: number): Promise<number> {
    return ++this.reads;
  }
}

const elsewhere = moduleOf({ imports: [CasCacheModule.forFeature('user')] });

describe('a decorator with a namespace', () => {
  it('uses it, wherever it is declared, in a module that imports no forFeature', async () => {
    const app = await compile({ imports: [CasCacheModule.forRoot(), elsewhere], providers: [Reader] });
    const reader = app.get(Reader);
    expect([await reader.find(1), await reader.find(1)]).toEqual([1, 1]);
    expect(app.get(CasCacheRegistry).get('user').stats().hits).toBe(1);
  });

  it('uses it where the registry is not global', async () => {
    const imports = [moduleOf({ imports: [CasCacheModule.forRoot({ isGlobal: false })] }), elsewhere];
    const app = await compile({ imports, providers: [Reader] });
    expect([await app.get(Reader).find(1), await app.get(Reader).find(1)]).toEqual([1, 1]);
  });

  it('uses it beside decorators without one, and `of` finds the namespace of the method', async () => {
    const imports = [CasCacheModule.forRoot(), elsewhere, CasCacheModule.forFeature('other')];
    const app = await compile({ imports, providers: [Repository] });
    const repository = app.get(Repository);
    await repository.find(1);
    await repository.write(1);
    expect(await repository.find(1)).toBe(2);
    await repository.writeByKey(1);
    expect(await repository.find(1)).toBe(3);
    const stats = app.get(CasCacheRegistry).stats();
    expect([stats['user']?.invalidations, stats['other']?.invalidations]).toEqual([2, 0]);
  });

  it('works while the application starts, before an async definition of the namespace is there', async () => {
    let defined = false;
    const late = CasCacheModule.forFeatureAsync({
      namespace: 'user',
      useFactory: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        defined = true;
        return {};
      },
    });
    const early = {
      provide: 'early',
      inject: [Reader],
      useFactory: (reader: Reader) => ({
        definedBefore: defined,
        answer: Promise.all([reader.find(1), reader.find(2)]),
      }),
    };
    const app = await compile({ imports: [CasCacheModule.forRoot(), late], providers: [Reader, early] });
    const { definedBefore, answer } = app.get<{ definedBefore: boolean; answer: Promise<number[]> }>('early');
    expect(definedBefore).toBe(false);
    expect(await answer).toEqual([1, 2]);
    expect(app.get(CasCacheRegistry).get('user').stats().fills.stored).toBe(2);
  });

  it('that no module names is an error at start-up naming class, method and namespace', async () => {
    const error = await errorOf(() => compile({ imports: [CasCacheModule.forRoot()], providers: [Reader] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('Reader.find is decorated with the namespace "user", which no module names');
    expect(error.message).toContain("CasCacheModule.forFeature('user')");
  });

  it('that no module names is an error of the call, on a class that no module provides', async () => {
    @Module({ imports: [CasCacheModule.forRoot(), CasCacheModule.forFeature('order')] })
    class RootModule {
      constructor(readonly modules: ModuleRef) {}
    }
    const app = await compile({ imports: [RootModule] });
    const reader = await app.get(RootModule).modules.create(Reader);
    const error = await errorOf(() => reader.find(1));
    expect(error.message).toContain('There is no namespace "user" (there is "order")');
  });

  it('without forRoot is an error at start-up that names forRoot', async () => {
    const error = await errorOf(() => compile({ providers: [Reader] }));
    expect(error.message).toContain('import CasCacheModule.forRoot() in the root module');
  });
});
