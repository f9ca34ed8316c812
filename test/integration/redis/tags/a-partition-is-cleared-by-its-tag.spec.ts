import type { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { RedisSource } from '../../../../lib/redis/connection/redis-source.js';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { TAGGED_PLACES, TaggedProcess } from '../../../support/redis/tagged-process.js';

describe.each(TAGGED_PLACES)("clear({ partition }), tags: 'everywhere': $name", ({ topology, source, outside }) => {
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
    const options = { namespace: freshNamespace(), topology, tags: 'everywhere', partition: () => 'a' } as const;
    [one, other] = [new TaggedProcess(where, options), new TaggedProcess(where, options)];
    await Promise.all([one.connection.connect(), other.connection.connect()]);
  });

  afterEach(() => Promise.all([one.close(), other.close()]));

  it('ends the partition in every process, with tags or without, and no other', async () => {
    const processes = [one, other];
    for (const { cache } of processes) {
      for (const part of ['a', 'b']) {
        await cache.in(part).getOrLoad('bare', () => 'old');
        await cache.in(part).getOrLoad('tagged', () => 'old', { tags: 'x' });
      }
    }
    await other.cache.clear({ partition: 'a' });
    for (const { cache } of processes) {
      const [a, b] = [cache.in('a'), cache.in('b')];
      expect([await a.get('bare'), await a.get('tagged')]).toEqual([undefined, undefined]);
      expect([await b.get('bare'), await b.get('tagged')]).toEqual(['old', 'old']);
    }
    expect(await client.zscore(one.names.table, 't:1:a:')).not.toBeNull();
  });
});
