import { afterEach, describe, expect, it } from '@jest/globals';

import { LeasedCache } from '../../../support/redis/leased-cache.js';
import type { LeasedOptions } from '../../../support/redis/leased-cache.js';
import { freshNamespace, sharedRedis } from '../../../support/redis/shared-redis.js';

let open: LeasedCache[] = [];

afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

async function start(options: LeasedOptions): Promise<LeasedCache> {
  const one = new LeasedCache(await sharedRedis(), options);
  open.push(one);
  return one;
}

describe.each(['near', 'tiered'] as const)('topology %s with a read lease', (topology) => {
  it('answers hits from memory, at once too, and none after an invalidation elsewhere', async () => {
    const namespace = freshNamespace();
    const [one, other] = await Promise.all([start({ namespace, topology }), start({ namespace, topology })]);
    await Promise.all([one.holding(), other.holding()]);
    await one.served('a', 'v1');
    await other.served('a', 'v1');
    expect(one.cache.getSync('a')).toBe('v1');

    await other.cache.invalidate('a');

    expect(one.cache.getSync('a')).toBeUndefined();
    expect(await one.cache.get('a')).toBeUndefined();
    expect(await other.cache.get('a')).toBeUndefined();
    expect(other.leases).toMatchObject({ announcements: 1, waits: { count: 1 }, reaped: 0 });
    await one.served('a', 'v2');
    expect(one.cache.getSync('a')).toBe('v2');
  });

  it('answers many keys from memory, and asks for the rest', async () => {
    const one = await (await start({ namespace: freshNamespace(), topology })).holding();
    await one.served('a');
    const { hits } = one.leases;
    const loaded = await one.cache.getOrLoadMany(['a', 'b'], (missing) => new Map(missing.map((key) => [key, key])));
    expect([...loaded]).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
    expect(one.leases.hits).toBe(hits + 1);
  });

  it('a clear, an erasure and a write under an intent end hits elsewhere', async () => {
    const namespace = freshNamespace();
    const [one, other] = await Promise.all([start({ namespace, topology }), start({ namespace, topology })]);
    await Promise.all([one.holding(), other.holding()]);
    await one.served('a');
    await other.cache.clear();
    expect(one.cache.getSync('a')).toBeUndefined();
    expect(one.leases.epochs.everything).toBe(1);

    await one.served('a');
    await other.cache.erase('a');
    expect(one.cache.getSync('a')).toBeUndefined();

    await one.served('a');
    await other.cache.withWriteIntent('a', () => {
      expect(one.cache.getSync('a')).toBeUndefined();
    });
    expect(await one.cache.get('a')).toBeUndefined();
  });

  it('a process that only honours leases, and one that is disabled, tell the others', async () => {
    const namespace = freshNamespace();
    const one = await (await start({ namespace, topology })).holding();
    const worker = await start({ namespace, topology: 'redis', readLease: 'honour' });
    const disabled = await start({ namespace, topology, enabled: false });
    for (const writer of [worker, disabled]) {
      await one.served('a');
      await writer.cache.invalidate('a');
      expect(one.cache.getSync('a')).toBeUndefined();
    }
  });

  it('one that has shut down keeps no writer waiting', async () => {
    const namespace = freshNamespace();
    const [one, other] = await Promise.all([start({ namespace, topology }), start({ namespace, topology })]);
    await Promise.all([one.holding(), other.holding()]);
    await other.cache.close();
    await one.cache.invalidate('a');
    expect(one.leases).toMatchObject({ timedOut: 0, reaped: 0 });
  });
});

describe('without the option', () => {
  it('nothing is kept in Redis, and nothing is said of leases', async () => {
    const one = await start({ namespace: freshNamespace(), readLease: false });
    await one.cache.getOrLoad('a', () => 'v1');
    await one.cache.invalidate('a');
    expect(await one.connection.call(['exists', `leases:{${one.namespace}}`])).toBe(0);
    expect(one.cache.stats().readLeases).toBeUndefined();
    expect(one.cache.getSync('a')).toBeUndefined();
  });
});
