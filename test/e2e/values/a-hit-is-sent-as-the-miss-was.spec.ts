import { describe, expect, it } from '@jest/globals';
import { ClassSerializerInterceptor, Controller, Get, Injectable, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { Decimal } from 'decimal.js';
import {
  CasCached,
  CasCacheModule,
  CasCacheRegistry,
  LocalGenerationStore,
  MemoryProvider,
  TieredProvider,
} from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheNamespaceOptions } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';

const { track } = applications();

/** Nothing but data, and one rule. */
class Account {
  id = '1';
  @Exclude() passwordHash = 'secret';
}
class Author {
  name = 'Linus';

  @Expose()
  get initial(): string {
    return this.name.slice(0, 1);
  }

  @Exclude() email = 'secret';
}
class Comment {
  text = 'fine';
  @Transform(({ value }) => String(value).slice(0, 4)) at = '2026-11-30';
  @Type(() => Author) author = new Author();
}
class Article {
  id = '1';
  comments = [new Comment(), new Comment()];
  author = new Author();
  price = new Decimal('1.50');
  related: Article[] = [];

  toJSON(): object {
    return { id: this.id, kind: 'article' };
  }
}
/** As an ORM makes them: a method of its own, relations both ways. */
abstract class BaseEntity {
  id = 1;

  hasId(): boolean {
    return this.id > 0;
  }
}
class Photo extends BaseEntity {
  url = 'a.png';
  owner: Member | undefined;
}
class Member extends BaseEntity {
  @Exclude() passwordHash = 'secret';
  photos: Photo[] = [];
}

@Injectable()
class Repository {
  calls = 0;

  @CasCached()
  async account(): Promise<Account> {
    return this.made(new Account());
  }

  @CasCached()
  async accounts(): Promise<{ items: Account[]; total: number }> {
    return this.made({ items: [new Account(), new Account()], total: 2 });
  }

  @CasCached()
  async article(): Promise<Article> {
    return this.made(Object.assign(new Article(), { related: [new Article()] }));
  }

  @CasCached()
  async members(): Promise<Member[]> {
    const member = new Member();
    member.photos.push(Object.assign(new Photo(), { owner: Object.assign(new Member(), { id: 2 }) }));
    return this.made([member]);
  }

  private async made<T>(value: T): Promise<T> {
    this.calls++;
    return Promise.resolve(value);
  }
}

@Controller()
class Routes {
  constructor(private readonly repository: Repository) {}

  @Get('account') async account(): Promise<Account> {
    return this.repository.account();
  }

  @Get('accounts') async accounts(): Promise<unknown> {
    return this.repository.accounts();
  }

  @Get('article') async article(): Promise<Article> {
    return this.repository.article();
  }

  @Get('members') async members(): Promise<unknown> {
    const members = await this.repository.members();
    // What the application does with its entities works on a hit too.
    return members.filter((member) => member.hasId() && member.photos.every((photo) => photo.hasId()));
  }
}

const ROUTES = ['account', 'accounts', 'article', 'members'];
const CLASSES = { Account, Author, Comment, Article, Photo, Member };
const TYPES = {
  Decimal: {
    class: Decimal,
    encode: (value: Decimal) => value.toString(),
    decode: (text: string) => new Decimal(text),
  },
};

type Options = Omit<CasCacheNamespaceOptions, 'namespace'>;

async function answers(
  root: CasCacheModuleOptions,
  options: Options,
): Promise<{ texts: string[][]; calls: number; warnings: string[] }> {
  const namespace = freshNamespace();
  const warnings: string[] = [];
  const hooks = {
    events: ['warning' as const],
    onEvent: (event: object) => warnings.push((event as { message: string }).message),
  };
  @Module({
    imports: [
      CasCacheModule.forRoot({ ...root, logger: false, defaults: { timeout: '10s' } }),
      CasCacheModule.forFeature({ ...options, namespace, hooks }),
    ],
    providers: [Repository, { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor }],
    controllers: [Routes],
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = track(module.createNestApplication());
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const texts: string[][] = [];
  for (const route of ROUTES) {
    const three: string[] = [];
    for (let time = 0; time < 3; time++) {
      const response = await fetch(`${url}/${route}`);
      three.push(`${response.status} ${await response.text()}`);
    }
    texts.push(three);
  }
  expect(app.get(CasCacheRegistry).get(namespace).stats().faults.set).toBe(0);
  return { texts, calls: app.get(Repository).calls, warnings };
}

const tiers = (): CasCacheModuleOptions => ({
  provider: new TieredProvider([
    { name: 'first', provider: new MemoryProvider({ holds: 'bytes' }) },
    { name: 'second', provider: new MemoryProvider({ holds: 'bytes' }) },
  ]),
  genStore: new LocalGenerationStore(),
});

const PLACES: [string, () => Promise<CasCacheModuleOptions> | CasCacheModuleOptions, Options][] = [
  ['memory', () => ({}), {}],
  ['memory, of bytes', () => ({}), { maxBytes: 100_000 }],
  ['near', async () => ({ topology: 'near', redis: await sharedRedis() }), {}],
  ['near, of bytes', async () => ({ topology: 'near', redis: await sharedRedis() }), { maxBytes: 100_000 }],
  ['redis', async () => ({ topology: 'redis', redis: await sharedRedis() }), {}],
  ['tiered', async () => ({ topology: 'tiered', redis: await sharedRedis() }), {}],
  ['a TieredProvider', tiers, {}],
];

describe.each(PLACES)('what a client gets of a hit is what it got of the miss: %s', (place, root, options) => {
  it('where the classes are listed, from the cache', async () => {
    const { texts, calls, warnings } = await answers(await root(), { ...options, classes: CLASSES, types: TYPES });
    for (const [first, ...hits] of texts) for (const hit of hits) expect(hit).toBe(first);
    expect(texts.flat().join('')).not.toContain('secret');
    expect(texts.flat().every((text) => text.startsWith('200 '))).toBe(true);
    expect([calls, warnings]).toEqual([ROUTES.length, []]);
  });

  it('where they are not: from the cache where copies keep classes, else from the source', async () => {
    const { texts, calls, warnings } = await answers(await root(), options);
    for (const [first, ...hits] of texts) for (const hit of hits) expect(hit).toBe(first);
    expect(texts.flat().join('')).not.toContain('secret');
    const keeps = ['memory', 'near'].includes(place);
    expect(calls).toBe(keeps ? ROUTES.length : 3 * ROUTES.length);
    if (keeps) expect(warnings).toEqual([]);
    else
      expect(warnings).toContainEqual(
        expect.stringContaining('an instance of Account, whose rules of class-transformer'),
      );
  });
});
