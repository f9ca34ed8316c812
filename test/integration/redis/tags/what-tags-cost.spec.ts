import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { TaggedProcess } from '../../../support/redis/tagged-process.js';
import type { Topology } from '../../../support/redis/tagged-process.js';

const TAGS = { tags: ['a', 'b'] };

describe.each<Topology>(['redis', 'near', 'tiered'])('what tags cost in round trips, in topology %s', (topology) => {
  let server: RedisServer;
  let outside: Redis;
  let one: TaggedProcess;
  let other: TaggedProcess;

  beforeEach(async () => {
    server = await startRedis();
    outside = new Redis(server.url);
    const connection = { onFailover: 'trust' } as const;
    [one, other] = [
      new TaggedProcess(server.url, { namespace: 't', topology, connection }),
      new TaggedProcess(server.url, { namespace: 't', topology, connection }),
    ];
    for (const process of [one, other]) await process.cache.getOrLoad('warm', () => 'warm', TAGS);
    await one.cache.invalidateTags('cold');
    for (const process of [one, other]) await process.cache.getOrLoad('42', () => 'v', TAGS);
    for (const process of [one, other]) expect(await process.cache.get('warm')).toBe('warm');
  });

  afterEach(async () => {
    await Promise.all([one.close(), other.close()]);
    await outside.quit();
    await server.stop();
  });

  const SENT = ['mget', 'evalsha', 'eval'] as const;
  /** The requests that the work takes: commands of scripts are not counted, which call none of these but MGET. */
  const sent = async (work: () => Promise<unknown>): Promise<Partial<Record<string, number>>> => {
    // A first read asks for a proof of the server when the last one is old; the second is answered after it.
    for (const { generations } of [one, other]) for (let n = 0; n < 2; n++) await generations.current('single:t:probe');
    await outside.config('RESETSTAT');
    await work();
    const info = await outside.info('commandstats');
    const found = SENT.flatMap((name) => {
      const [, calls] = new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(info) ?? [];
      return calls === undefined ? [] : [[name, Number(calls)] as const];
    });
    return Object.fromEntries(found);
  };

  it('a hit is one request, and so are many of one tick', async () => {
    expect(await sent(() => one.cache.get('42'))).toEqual({ mget: 1 });
    expect(await sent(() => Promise.all([one.cache.get('42'), one.cache.get('warm'), one.cache.get('42')]))).toEqual({
      mget: 1,
    });
  });

  it('what was invalidated by others is asked for once, for all who wait', async () => {
    await other.cache.invalidateTags(['x', 'y']);
    const both = (): Promise<unknown> => Promise.all(Array.from({ length: 20 }, () => one.cache.get('42')));
    expect(await sent(both)).toEqual({ mget: 1, evalsha: 1 });
    expect(await one.cache.get('42')).toBe('v');
    expect(await sent(() => one.cache.get('42'))).toEqual({ mget: 1 });
  });

  it('an invalidation of any number of tags is one request', async () => {
    expect(await sent(() => one.cache.invalidateTags(Array.from({ length: 500 }, (_, n) => `tag ${n}`)))).toEqual({
      evalsha: 1,
    });
  });

  it('a clear ends everything in one step, before the rest is taken away', async () => {
    await one.cache.clear();
    expect([await one.cache.get('42'), await other.cache.get('42')]).toEqual([undefined, undefined]);
  });
});
