import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { CasCacheModule, CasCacheRegistry } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasTopology } from 'nestjs-cascache';
import { applications } from '../../support/nest/applications.js';
import { freshNamespace, sharedCluster, sharedRedis } from '../../support/redis/shared-redis.js';

const { compile } = applications();
const clients: Redis[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.quit();
});

const KEYS = ['1', 'a:b', '{1}', 'x}y', '*', '4:acme:1'];
const TENANTS = ['acme', 'acme2', '*', '{t}'];

async function replicas(options: CasCacheModuleOptions) {
  const namespace = freshNamespace();
  const replica = async () => {
    const feature = CasCacheModule.forFeature({ namespace, partition: () => 'nobody', timeout: '5s' });
    const app = await compile({ imports: [CasCacheModule.forRoot(options), feature] });
    return app.get(CasCacheRegistry).get<string>(namespace);
  };
  const [one, other] = [await replica(), await replica()];
  for (const tenant of TENANTS) {
    for (const cache of [one, other]) {
      for (const key of KEYS) await cache.in(tenant).getOrLoad(key, () => `${key} of ${tenant}`);
      await cache.in(tenant).getOrLoadMany(KEYS, (missing) => new Map(missing.map((key) => [key, 'new'])));
    }
  }
  return { namespace, one, other };
}

describe.each<CasTopology>(['near', 'redis', 'tiered'])('clear({ partition }) on topology %s', (topology) => {
  it.each(TENANTS)('ends the life of what is in %s, in every replica, and of nothing else', async (cleared) => {
    const { one, other } = await replicas({ redis: await sharedRedis(), topology });
    await one.clear({ partition: cleared });
    for (const tenant of TENANTS) {
      for (const cache of [one, other]) {
        const { values, missing } = await cache.in(tenant).getBulk(KEYS);
        if (tenant === cleared) expect([...values]).toEqual([]);
        else expect([missing, values.get('1')]).toEqual([[], `1 of ${tenant}`]);
        expect(await cache.in(tenant).get('a:b')).toBe(tenant === cleared ? undefined : `a:b of ${tenant}`);
      }
    }
  });
});

describe('clear({ partition })', () => {
  it('leaves neither values nor generations of the partition in Redis, and all others', async () => {
    const url = await sharedRedis();
    const { namespace, one } = await replicas({ redis: url });
    const client = new Redis(url);
    clients.push(client);
    const names = async (part: string): Promise<number> => (await client.keys(`*single:${namespace}:${part}*`)).length;
    expect([await names('4:acme:'), await names('5:acme2:')]).toEqual([12, 12]);
    await one.clear({ partition: 'acme' });
    expect([await names('4:acme:'), await names('5:acme2:')]).toEqual([0, 12]);
  });

  it('leaves keys open that are being written, under a new generation', async () => {
    const { one, other } = await replicas({ redis: await sharedRedis() });
    const acme = other.in('acme');
    await one.in('acme').withWriteIntent('1', async () => {
      await other.clear({ partition: 'acme' });
      expect(await acme.snapshotGen('1')).toBe(0);
      expect(await acme.getOrLoad('1', () => 'read meanwhile')).toBe('read meanwhile');
    });
    expect(await acme.get('1')).toBeUndefined();
  });

  it('works on a Cluster', async () => {
    const { one, other } = await replicas({ redis: await sharedCluster() });
    await one.clear({ partition: 'acme' });
    expect((await other.in('acme').getBulk(KEYS)).missing).toEqual(KEYS);
    expect((await other.in('acme2').getBulk(KEYS)).missing).toEqual([]);
  });
});
