import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCached, CasCacheModule } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { freshNamespace, sharedRedis } from '../../support/redis/shared-redis.js';

const { compile } = applications();

interface Filter {
  page: number;
  tags: string[];
}

@Injectable()
class Pages {
  calls = 0;

  @CasCached()
  async find(filter: Filter): Promise<string> {
    this.calls++;
    return Promise.resolve(`page ${filter.page} of ${filter.tags.join()}`);
  }
}

async function application() {
  const warnings: string[] = [];
  const hooks = {
    events: ['warning' as const],
    onEvent: (event: object) => warnings.push((event as { message: string }).message),
  };
  const app = await compile({
    imports: [
      CasCacheModule.forRoot({ redis: await sharedRedis(), logger: false, defaults: { timeout: '10s' }, hooks }),
      CasCacheModule.forFeature(freshNamespace()),
    ],
    providers: [Pages],
  });
  return { pages: app.get(Pages), warnings };
}

describe('an object that is changed between a call and the load of it', () => {
  it('leaves nothing in the cache under the key of what it was, and a warning says so once', async () => {
    const { pages, warnings } = await application();
    const filter: Filter = { page: 1, tags: ['a'] };
    const first = pages.find(filter);
    filter.page = 2;
    const second = pages.find(filter);
    filter.tags.push('b');
    await Promise.all([first, second]);
    expect(await pages.find({ page: 1, tags: ['a'] })).toBe('page 1 of a');
    expect(await pages.find({ page: 2, tags: ['a'] })).toBe('page 2 of a');
    expect(warnings).toEqual([expect.stringContaining('Pages.find: an object among its arguments was changed')]);
  });

  it('one that is not changed is served from the cache, also under a key that is hashed', async () => {
    const { pages, warnings } = await application();
    for (const tags of [['a'], [], ['long'.repeat(200)]]) {
      const { calls } = pages;
      for (let n = 0; n < 3; n++) expect(await pages.find({ page: 1, tags })).toBe(`page 1 of ${tags.join()}`);
      expect(pages.calls).toBe(calls + 1);
    }
    expect(warnings).toEqual([]);
  });

  it('a circle that was made of it since is not a reason to fail', async () => {
    const { pages } = await application();
    const filter: Filter & { self?: unknown } = { page: 1, tags: ['a'] };
    const call = pages.find(filter);
    filter.self = filter;
    expect(await call).toBe('page 1 of a');
    expect(await pages.find({ page: 1, tags: ['a'] })).toBe('page 1 of a');
    expect(pages.calls).toBe(2);
  });
});
