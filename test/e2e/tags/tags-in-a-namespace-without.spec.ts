import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import {
  CasCached,
  CasCachedMany,
  CasCacheModule,
  CasCacheRegistry,
  CasCacheService,
  CasConfigError,
  CasInvalidate,
  getCasCacheToken,
  LocalGenerationStore,
} from 'nestjs-cascache';
import type { GenerationStore } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';
import { moduleOf } from '../../support/nest/module-of.js';

const { compile, start } = applications();

@Injectable()
class Pages {
  @CasCached({ tags: (tenant: number) => [`tenant:${tenant}`], tagsFrom: (rows: string[]) => rows })
  async page(_tenant: number): Promise<string[]> {
    return [];
  }
}

@Injectable()
class Rows {
  @CasCachedMany({ keys: (ids: string[]) => ids, keyOf: (row: string) => row, tagsFrom: (row: string) => row })
  async many(ids: string[]): Promise<string[]> {
    return ids;
  }
}

@Injectable()
class Writer {
  writes = 0;

  @CasInvalidate({ tags: (tenant: number) => [`tenant:${tenant}`] })
  async place(_tenant: number): Promise<void> {
    this.writes++;
  }
}

@Injectable()
class LateWriter {
  writes = 0;

  @CasInvalidate({ key: () => 'all', tagsFrom: (row: string) => row })
  async change(row: string): Promise<string> {
    this.writes++;
    return row;
  }
}

@Injectable()
class Named {
  @CasCached({ namespace: 'bare', tags: () => 'all' })
  async all(): Promise<string[]> {
    return [];
  }
}

const tagged = (): DynamicModule => CasCacheModule.forFeature({ namespace: 'orders', tags: true });
const bare = (): DynamicModule => CasCacheModule.forFeature('orders');
const root = (): DynamicModule => CasCacheModule.forRoot({ logger: false });

/** As the message says it. */
const FIX = 'Give the namespace the option `tags: true`, in every process that uses it, or leave';

describe('a decorator that gives tags in a namespace without', () => {
  it.each([
    ['@CasCached on Pages.page: it gives tags and tagsFrom, and the namespace "orders" has no tags.', Pages],
    ['@CasCachedMany on Rows.many: it gives tagsFrom, and the namespace "orders" has no tags.', Rows],
    ['@CasInvalidate on Writer.place: it gives tags, and the namespace "orders" has no tags.', Writer],
    ['@CasInvalidate on LateWriter.change: it gives tagsFrom, and the namespace "orders" has no tags.', LateWriter],
  ] as const)('is an error at start-up: %s', async (message, type: Type) => {
    await compile({ imports: [root(), tagged()], providers: [type] });
    const error = await errorOf(() => compile({ imports: [root(), bare()], providers: [type] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error).toMatchObject({ namespace: 'orders' });
    expect(error.message).toContain(`${message} ${FIX}`);
  });

  it('is one of the namespace that it names', async () => {
    const others = moduleOf({ imports: [CasCacheModule.forFeature('bare')] });
    const error = await errorOf(() => compile({ imports: [root(), tagged(), others], providers: [Named] }));
    expect(error.message).toContain('@CasCached on Named.all: it gives tags, and the namespace "bare" has no tags.');
  });

  it('is one of the defaults of all namespaces', async () => {
    const defaults = CasCacheModule.forRoot({ logger: false, defaults: { tags: true } });
    await compile({ imports: [defaults, bare()], providers: [Pages] });
    const off = CasCacheModule.forFeature({ namespace: 'orders', tags: false });
    const error = await errorOf(() => compile({ imports: [defaults, off], providers: [Pages] }));
    expect(error.message).toContain('Pages.page');
  });

  it('is found out once a factory has answered the options', async () => {
    const feature = (tags: boolean): DynamicModule =>
      CasCacheModule.forFeatureAsync({ namespace: 'orders', useFactory: async () => ({ tags }) });
    await start({ imports: [root(), feature(true)], providers: [Pages] });
    const error = await errorOf(() => start({ imports: [root(), feature(false)], providers: [Pages] }));
    expect(error.message).toContain('Pages.page');
  });

  it('is refused where it is loaded lazily, and does not stand in the way of what comes later', async () => {
    const app = await start({ imports: [root(), moduleOf({ imports: [bare()] })] });
    @Module({ imports: [bare()], providers: [Pages] })
    class LateModule {}
    @Module({ imports: [CasCacheModule.forFeature({ namespace: 'later', tags: true })], providers: [Rows] })
    class LaterModule {}
    const loader = app.get(LazyModuleLoader);
    const error = await errorOf(() => loader.load(() => LateModule));
    expect(error.message).toContain('Pages.page');
    await loader.load(() => LaterModule);
  });

  it('is refused on an object that a factory made, and on one that is bound', async () => {
    const made = { provide: 'writer', useFactory: () => new Writer() };
    const failing = await errorOf(() => start({ imports: [root(), bare()], providers: [made] }));
    expect(failing.message).toContain('Writer.place');
    const app = await start({ imports: [root(), bare()] });
    const error = await errorOf(() => app.get(CasCacheRegistry).bind(new Writer()));
    expect(error.message).toContain('Writer.place');
  });

  it('is none where a test put something else in the place of the cache', async () => {
    const app = await start({ imports: [root(), bare()], providers: [Writer] }, (builder) =>
      builder.overrideProvider(getCasCacheToken('orders')).useValue({}),
    );
    await app.get(Writer).place(7);
    expect(app.get(Writer).writes).toBe(1);
  });
});

describe('a generation store without tags', () => {
  it('is refused at start-up for a namespace that has the option', async () => {
    const genStore: GenerationStore = new LocalGenerationStore();
    Object.defineProperty(genStore, 'tags', { value: undefined });
    const imports = [CasCacheModule.forRoot({ genStore, logger: false })];
    await compile({ imports: [...imports, bare()] });
    const error = await errorOf(() => compile({ imports: [...imports, tagged()] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain('tags of namespace "orders": its generation store has none');
  });
});

/** Holds objects of which only their first call tells whose they are. */
@Injectable()
class Holder {
  readonly writers = [new Writer(), new LateWriter()] as const;
  readonly pages = new Pages();
}

describe('a call that gives tags in a namespace without', () => {
  it('is refused before the method writes', async () => {
    const app = await start({ imports: [root(), bare()], providers: [Holder] });
    const [writer, late] = app.get(Holder).writers;
    await expect(writer.place(7)).rejects.toThrow('@CasInvalidate on Writer.place: it gives tags');
    await expect(late.change('a')).rejects.toThrow('@CasInvalidate on LateWriter.change: it gives tagsFrom');
    expect([writer.writes, late.writes]).toEqual([0, 0]);
  });

  it('says what to change', async () => {
    const app = await start({ imports: [root(), bare()], providers: [Holder] });
    const cache: CasCacheService = app.get(CasCacheService);
    for (const [what, call] of [
      ['tags', () => app.get(Holder).pages.page(7)],
      ['tags', () => cache.getOrLoad('1', () => 1, { tags: 'a' })],
      ['tags', async () => cache.setWithGen('1', 1, await cache.observe('1'), { tags: 'a' })],
      ['ctx.tag', () => cache.getOrLoad('1', (ctx) => ctx.tag('a'))],
      ['tagsOf', () => cache.getOrLoadMany(['1'], () => new Map([['1', 1]]), { tagsOf: () => 'a' })],
      ['invalidateTags', () => cache.invalidateTags('a')],
    ] as const) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(CasConfigError);
      expect(error.message).toContain(`${what}: the namespace "orders" has no tags. Give it the option \`tags: true\``);
    }
  });
});
