import type { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { RedisSource } from '../../../../lib/redis/connection/redis-source.js';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { TAGGED_PLACES, TaggedProcess } from '../../../support/redis/tagged-process.js';

/** Longer than any memory of what was invalidated, and than one answer of a catch-up. */
const MANY = 250;

describe.each(TAGGED_PLACES)('tags of two processes: $name', ({ topology, source, outside }) => {
  let where: RedisSource;
  let client: Redis | Cluster;
  let one: TaggedProcess;
  let other: TaggedProcess;

  beforeAll(async () => {
    where = await source();
    client = await outside();
  });

  afterAll(() => client.quit());

  beforeEach(async () => {
    const namespace = freshNamespace();
    [one, other] = [
      new TaggedProcess(where, { namespace, topology }),
      new TaggedProcess(where, { namespace, topology }),
    ];
    await Promise.all([one.connection.connect(), other.connection.connect()]);
  });

  afterEach(() => Promise.all([one.close(), other.close()]));

  const fill = async (key: string, value: string, ...tags: readonly string[]): Promise<void> => {
    expect(await one.cache.getOrLoad(key, () => value, { tags })).toBe(value);
    expect(await other.cache.getOrLoad(key, () => value, { tags })).toBe(value);
    expect([await one.hit(key), await other.hit(key)]).toEqual([value, value]);
  };

  const hits = async (key: string): Promise<(string | undefined)[]> => [await one.hit(key), await other.hit(key)];

  it('an invalidation of a tag in one ends what carries it in both, and nothing else', async () => {
    await fill('list', 'old list', 'orders', 'tenant:7');
    await fill('name', 'name', 'tenant:7');
    await fill('bare', 'bare');
    await other.cache.invalidateTags(['orders', 'unknown']);
    expect(await hits('list')).toEqual([undefined, undefined]);
    expect(await hits('name')).toEqual(['name', 'name']);
    expect(await hits('bare')).toEqual(['bare', 'bare']);
    await fill('list', 'new list', 'orders', 'tenant:7');
    expect(await hits('list')).toEqual(['new list', 'new list']);
    await one.cache.invalidateTags('tenant:7');
    expect([await hits('list'), await hits('name'), await hits('bare')]).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      ['bare', 'bare'],
    ]);
  });

  it('a load that was under way is served by nobody after it', async () => {
    let loaded: (value: string) => void = () => undefined;
    const row = new Promise<string>((resolve) => {
      loaded = resolve;
    });
    let begun: () => void = () => undefined;
    const loading = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const load = async (): Promise<string> => {
      begun();
      return row;
    };
    const early = one.cache.getOrLoad('list', load, { tags: 'orders' });
    await loading;
    await other.cache.invalidateTags('orders');
    // A reader that comes now must not be given what was read before.
    const late = one.cache.getOrLoad('list', () => 'new', { tags: 'orders' });
    const behind = other.cache.getOrLoad('list', () => 'new', { tags: 'orders' });
    loaded('old');
    expect(await early).toBe('old');
    expect([await late, await behind]).toEqual(['new', 'new']);
    for (const process of [one, other]) expect(['new', undefined]).toContain(await process.hit('list'));
    expect(await one.cache.getOrLoad('list', () => 'newer', { tags: 'orders' })).not.toBe('old');
  });

  it('a tag that only the loader knew ends it as well, though it was invalidated while it loaded', async () => {
    expect(
      await one.cache.getOrLoad('42', async (ctx) => {
        await other.cache.invalidateTags('team:1');
        ctx.tag('team:1');
        return 'old';
      }),
    ).toBe('old');
    expect(await hits('42')).toEqual([undefined, undefined]);
  });

  it('what was invalidated long ago, or among many, still ends what carries it', async () => {
    await fill('early', 'early', 'e');
    await fill('kept', 'kept', 'k');
    await other.cache.invalidateTags('e');
    for (let n = 0; n < MANY; n++) await other.cache.invalidateTags([`a ${n}`, `b ${n}`]);
    expect(await hits('early')).toEqual([undefined, undefined]);
    expect(await hits('kept')).toEqual(['kept', 'kept']);
    await other.cache.invalidateTags(Array.from({ length: 2_500 }, (_, n) => `c ${n}`).concat('k'));
    expect(await hits('kept')).toEqual([undefined, undefined]);
  });

  it('a clear in one ends everything in both', async () => {
    await fill('tagged', 'tagged', 'a');
    await fill('bare', 'bare');
    await other.cache.clear();
    expect([await hits('tagged'), await hits('bare')]).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    await fill('tagged', 'again', 'a');
    await one.cache.invalidateTags('a');
    expect(await hits('tagged')).toEqual([undefined, undefined]);
  });

  it('rows that were loaded together end each by its own tags', async () => {
    const keys = ['1', '2', '3'];
    const load = (missing: string[]): Map<string, string> => new Map(missing.map((key) => [key, `row ${key}`]));
    const options = { tags: 'rows', tagsOf: (value: string) => [value] };
    for (const process of [one, other]) await process.cache.getOrLoadMany(keys, load, options);
    await other.cache.invalidateTags('row 2');
    for (const process of [one, other]) {
      const { values, missing } = await process.cache.getBulk(keys);
      expect([[...values.keys()], missing]).toEqual([['1', '3'], ['2']]);
    }
    await other.cache.invalidateTags('rows');
    for (const process of [one, other]) expect((await process.cache.getBulk(keys)).missing).toEqual(keys);
  });

  describe('when a cell is lost', () => {
    const lose = { clock: () => client.del(one.names.clock), table: () => client.del(one.names.table) };

    it('the clock: nothing is served before it is begun anew, and no old invalidation is forgotten', async () => {
      await fill('ended', 'ended', 'e');
      await fill('kept', 'kept', 'k');
      await other.cache.invalidateTags('e');
      await lose.clock();
      expect([await hits('ended'), await hits('kept')]).toEqual([
        [undefined, undefined],
        [undefined, undefined],
      ]);
      await fill('kept', 'again', 'k');
      expect(await hits('ended')).toEqual([undefined, undefined]);
      await other.cache.invalidateTags('k');
      expect(await hits('kept')).toEqual([undefined, undefined]);
    });

    it('the table: what was invalidated before stays so, and what comes next ends everything', async () => {
      await fill('ended', 'ended', 'e');
      await other.cache.invalidateTags('e');
      await fill('kept', 'kept', 'k');
      await lose.table();
      expect(await hits('ended')).toEqual([undefined, undefined]);
      await other.cache.invalidateTags('other');
      expect([await hits('ended'), await hits('kept')]).toEqual([
        [undefined, undefined],
        [undefined, undefined],
      ]);
      await fill('kept', 'again', 'k');
      expect(await hits('kept')).toEqual(['again', 'again']);
    });

    it('both: as the clock', async () => {
      await fill('ended', 'ended', 'e');
      await other.cache.invalidateTags('e');
      await lose.clock();
      await lose.table();
      expect(await hits('ended')).toEqual([undefined, undefined]);
      await other.cache.invalidateTags('x');
      expect(await hits('ended')).toEqual([undefined, undefined]);
      await fill('ended', 'again', 'e');
      expect(await hits('ended')).toEqual(['again', 'again']);
    });

    it('while a load runs: what it has loaded is served by nobody under the old clock', async () => {
      const value = await one.cache.getOrLoad(
        '42',
        async () => {
          await lose.clock();
          await lose.table();
          await other.cache.invalidateTags('a');
          return 'old';
        },
        { tags: 'a' },
      );
      expect(value).toBe('old');
      expect(await hits('42')).toEqual([undefined, undefined]);
    });
  });
});
