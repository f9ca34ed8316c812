import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { LeasedCache } from '../../../support/redis/leased-cache.js';
import type { LeasedOptions } from '../../../support/redis/leased-cache.js';
import { freshNamespace, sharedRedis } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

let open: LeasedCache[] = [];
let namespace: string;

beforeEach(() => {
  namespace = freshNamespace();
});

afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

async function start(options: Partial<LeasedOptions> = {}): Promise<LeasedCache> {
  const one = new LeasedCache(await sharedRedis(), { namespace, tags: true, ...options });
  open.push(one);
  return one.holding();
}

/** Loads the key with its tags, and reads it until a hit asks nothing. */
async function served({ cache, leases }: LeasedCache, key: string, value: string, ...tags: string[]): Promise<void> {
  const { hits } = leases;
  const reading = async (): Promise<boolean> => {
    expect(await cache.getOrLoad(key, () => value, { tags })).toBe(value);
    return cache.getSync(key) === value && (cache.stats().readLeases?.hits ?? 0) > hits;
  };
  await until(reading, `${key} is served by a lease`);
}

describe.each(['near', 'tiered'] as const)('tags under read leases, topology %s', (topology) => {
  it('an invalidation of a tag in one process ends hits by a lease in the other, and no other hits', async () => {
    const [one, other] = await Promise.all([start({ topology }), start({ topology })]);
    await served(one, 'list', 'old list', 'orders', 'tenant:7');
    await served(one, 'name', 'name', 'tenant:8');
    const { epochs } = one.leases;
    await other.cache.invalidateTags(['orders', 'unknown']);
    expect(one.cache.getSync('list')).toBeUndefined();
    expect(one.cache.getSync('name')).toBe('name');
    expect(await one.cache.get('list')).toBeUndefined();
    expect(other.leases).toMatchObject({ announcements: 1, timedOut: 0, reaped: 0 });
    expect(one.leases.epochs).toEqual(epochs);
    await served(one, 'list', 'new list', 'orders', 'tenant:7');
  });

  it('is heard of a tag that the loader alone knows, while it loads', async () => {
    const [one, other] = await Promise.all([start({ topology }), start({ topology })]);
    const value = await one.cache.getOrLoad('a', async (ctx) => {
      await other.cache.invalidateTags('late');
      ctx.tag('late');
      return 'old';
    });
    expect(value).toBe('old');
    expect(one.cache.getSync('a')).toBeUndefined();
    expect(await one.cache.get('a')).toBeUndefined();
    expect(one.cache.getSync('a')).toBeUndefined();
  });

  it('one that only honours leases tells of its tags', async () => {
    const one = await start({ topology });
    const worker = new LeasedCache(await sharedRedis(), {
      namespace,
      tags: true,
      topology: 'redis',
      readLease: 'honour',
    });
    open.push(worker);
    await served(one, 'a', 'v1', 't');
    await worker.cache.invalidateTags('t');
    expect(one.cache.getSync('a')).toBeUndefined();
    expect(await one.cache.get('a')).toBeUndefined();
  });

  it('a clear in one step ends hits elsewhere', async () => {
    const [one, other] = await Promise.all([
      start({ topology, tags: 'everywhere' }),
      start({ topology, tags: 'everywhere' }),
    ]);
    await served(one, 'a', 'v1', 't');
    await other.cache.clear();
    expect(one.cache.getSync('a')).toBeUndefined();
    expect(await one.cache.get('a')).toBeUndefined();
  });

  it('tags that were lost on the server begin an era, which ends the epoch of those that hear of it', async () => {
    const [one, other] = await Promise.all([start({ topology }), start({ topology })]);
    await served(one, 'a', 'v1', 't');
    await other.connection.call(['del', `clock:{${namespace}}`, `tags:{${namespace}}`]);
    // Of no tag that the entry carries.
    await other.cache.invalidateTags('u');
    expect(one.cache.getSync('a')).toBeUndefined();
    expect(await one.cache.get('a')).toBeUndefined();
    expect(one.leases.epochs.everything).toBe(1);
    await served(one, 'a', 'v2', 't');
  });
});
