import { describe, expect, it } from '@jest/globals';
import { CasCacheModule, CasCacheRegistry, CasConfigError, LocalGenerationStore } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheNamespaceOptions } from 'nestjs-cascache';

import { applications, errorOf } from '../../support/nest/applications.js';
import { sharedRedis } from '../../support/redis/shared-redis.js';
import { until } from '../../support/redis/until.js';

const { compile } = applications();

/** Nobody listens there. */
const redis = { host: '127.0.0.1', port: 1 };

const start = (root: CasCacheModuleOptions, own: Partial<CasCacheNamespaceOptions> = { readLease: true }) =>
  compile({
    imports: [
      CasCacheModule.forRoot({ logger: false, ...root }),
      CasCacheModule.forFeature({ namespace: 'user', ...own }),
    ],
  });

describe('readLease', () => {
  it.each<[string, CasCacheModuleOptions, Partial<CasCacheNamespaceOptions> | undefined, string]>([
    ['topology memory', {}, undefined, 'hits make no round trip'],
    ['topology memory, honoured', {}, { readLease: 'honour' }, 'hits make no round trip'],
    ['topology redis', { redis, topology: 'redis' }, undefined, "give 'honour'"],
    ["onFailover: 'trust'", { redis, topology: 'near', onFailover: 'trust' }, undefined, 'onFailover'],
    ['a Cluster', { redis: { nodes: [redis] }, topology: 'tiered' }, undefined, 'Cluster'],
    ['what is no value of it', { redis, topology: 'near' }, { readLease: 'yes' as 'honour' }, "'honour'"],
  ])('is an error at start-up: %s', async (_, root, own, says) => {
    const error = await errorOf(() => start(root, own));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(says);
  });

  it('is one with a generation store that has no leases', async () => {
    const store = new LocalGenerationStore();
    const genStore = new Proxy(store, {
      get: (target, property) => (property === 'reach' ? 'shared' : (Reflect.get(target, property) as unknown)),
    });
    await expect(start({ redis, topology: 'near', genStore })).rejects.toThrow('has no read leases');
  });

  it('works in an application: hits of one process, and an invalidation of another that honours them', async () => {
    const place = await sharedRedis();
    const own = { namespace: `lease-${process.pid}` };
    const near = await start({ redis: place, topology: 'near' }, { ...own, readLease: true });
    const worker = await start({ redis: place, topology: 'redis' }, { ...own, readLease: 'honour' });
    const [cache, other] = [near, worker].map((app) => app.get(CasCacheRegistry).get<string>(own.namespace));
    await until(async () => {
      await cache?.getOrLoad('a', () => 'v1');
      return cache?.getSync('a') === 'v1';
    }, 'hits are answered at once');
    await other?.invalidate('a');
    expect(cache?.getSync('a')).toBeUndefined();
    await Promise.all([near.close(), worker.close()]);
  });
});
