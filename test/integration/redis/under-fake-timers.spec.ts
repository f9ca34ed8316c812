import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheService } from 'nestjs-cascache';

import { until } from '../../support/redis/until.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';

type Given = Pick<CasCacheModuleOptions, 'redis' | 'topology' | 'waitReplicas'>;

/** What a test of an application does that works with fake timers. */
describe.each<[string, () => Promise<Given>]>([
  ['near', async () => ({ redis: await sharedRedis(), topology: 'near' })],
  ['redis', async () => ({ redis: await sharedRedis(), topology: 'redis' })],
  ['tiered', async () => ({ redis: await sharedRedis(), topology: 'tiered' })],
  ['redis, on a Cluster', async () => ({ redis: await sharedCluster(), topology: 'redis' })],
])('under the fake timers of jest, topology %s', (_, given) => {
  let module: TestingModule;
  let cache: CasCacheService<number>;

  beforeEach(async () => {
    const namespace = freshNamespace();
    module = await Test.createTestingModule({
      imports: [
        CasCacheModule.forRoot({
          ...(await given()),
          defaults: { timeout: '5s', ttl: '10m', fresh: '1m', intentLease: '1s' },
        }),
        CasCacheModule.forFeature(namespace),
      ],
    }).compile();
    await module.init();
    cache = module.get(CasCacheRegistry).get(namespace) as CasCacheService<number>;
    // ioredis connects by the timers that it finds: they are real until every master is connected.
    const keys = Array.from({ length: 20 }, (_each, i) => `connected ${i}`);
    await cache.getOrLoadMany(keys, () => new Map(keys.map((key) => [key, 0])));
    await until(async () => (await cache.getBulk(keys)).missing.length === 0, 'every master is connected');
    jest.useFakeTimers();
  });

  afterEach(async () => {
    jest.useRealTimers();
    await module.close();
  });

  it('reads, fills, invalidates and writes under an intent, although no time passes', async () => {
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.getOrLoad('a', () => 1)).toBe(1);
    expect(await cache.getOrLoad('a', () => 2)).toBe(1);
    await cache.invalidate('a');
    expect(await cache.getOrLoad('a', () => 3)).toBe(3);
    expect(await cache.getOrLoadMany(['a', 'b'], (keys) => new Map(keys.map((key) => [key, 4])))).toEqual(
      new Map([
        ['a', 3],
        ['b', 4],
      ]),
    );
    expect(await cache.withWriteIntent('a', () => 'written')).toBe('written');
  });

  it('counts how old an entry is by the time that the test sets', async () => {
    await cache.getOrLoad('a', () => 1);
    jest.setSystemTime(Date.now() + 61_000);
    expect(await cache.getOrLoad('a', () => 2)).toBe(1);
    expect(cache.stats().stale.refreshing).toBe(1);
  });
});
