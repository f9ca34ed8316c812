import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ManualTimers } from '../../../support/core/manual-timers.js';
import { watch } from '../../../support/redis/hand-wire.js';
import { LeasedCache } from '../../../support/redis/leased-cache.js';
import type { LeasedOptions } from '../../../support/redis/leased-cache.js';
import { ask } from '../../../support/redis/failover.js';
import { lineTo } from '../../../support/redis/line.js';
import type { Line } from '../../../support/redis/line.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

const KEY = 'travelling';

let server: RedisServer;
let line: Line;
let namespace: string;
let open: LeasedCache[] = [];
let screen: Redis | undefined;

beforeAll(async () => {
  server = await startRedis();
  line = await lineTo(server);
});

afterAll(async () => {
  await line.close();
  await server.stop();
});

beforeEach(() => {
  namespace = freshNamespace();
});

afterEach(async () => {
  screen?.disconnect();
  line.mend();
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

function start(url: string, options: Partial<LeasedOptions> = {}): LeasedCache {
  const one = new LeasedCache(url, { namespace, deltaMs: 60_000, ...options });
  open.push(one);
  return one;
}

/** One that serves the key by a lease, and one that invalidates it. The registry is young no more. */
async function serving(
  topology: 'near' | 'tiered',
  url = server.url,
  timers?: ManualTimers,
  options: Partial<LeasedOptions> = {},
): Promise<[LeasedCache, LeasedCache]> {
  const one = await start(server.url, { topology, ...options }).holding();
  await ask(server, (client) => client.hset(`leases:{${namespace}}`, 'since', 1));
  await one.served(KEY);
  // By its lease it is known to hear acknowledgements.
  return [one, await start(url, { topology, ...options, ...(timers && { timers }) }).holding()];
}

/** Scripts that the server carries out from now on, by what they are for. */
async function scripts(): Promise<string[]> {
  const seen: string[] = [];
  const client = new Redis(server.url);
  const monitor = await client.monitor();
  screen = monitor;
  client.disconnect();
  monitor.on('monitor', (_: string, [name, , , key]: string[]) => {
    if (name !== 'evalsha' && name !== 'eval') return;
    if (key?.startsWith('gen:') && key.includes(namespace)) seen.push('bump');
    if (key === `clock:{${namespace}}`) seen.push('tags');
    if (key === `leases:{${namespace}}`) seen.push('announce');
  });
  return seen;
}

describe.each(['near', 'tiered'] as const)('an announcement, topology %s', (topology) => {
  it('is carried out behind the bump of one key, of many, and behind all that opens keys', async () => {
    const [one, writer] = await serving(topology);
    const seen = await scripts();
    // What a holder renews would be an announcement here.
    await one.close();
    const done = async (work: () => Promise<unknown>, expected: readonly string[]): Promise<void> => {
      seen.length = 0;
      await work();
      await until(() => seen.length >= expected.length, 'the server has said what it carried out');
      expect(seen.slice(0, expected.length)).toEqual(expected);
    };
    await done(() => writer.cache.invalidate('a'), ['bump', 'announce']);
    await done(() => writer.cache.invalidate(['a', 'b']), ['bump', 'bump', 'announce']);
    await done(() => writer.cache.withWriteIntent(['a', 'b'], () => 1), ['bump', 'bump', 'announce', 'bump', 'bump']);
  });

  it('is carried out behind an invalidation of tags', async () => {
    const [one, writer] = await serving(topology, server.url, undefined, { tags: true });
    const seen = await scripts();
    await one.close();
    seen.length = 0;
    await writer.cache.invalidateTags(['t', 'u']);
    await until(() => seen.length >= 2, 'the server has said what it carried out');
    expect(seen.slice(0, 2)).toEqual(['tags', 'announce']);
    expect(writer.leases.announcements).toBe(1);
  });

  it('is on its way before the bump has been answered', async () => {
    const timers = new ManualTimers();
    const [one, writer] = await serving(topology, line.url, timers);
    line.loseReplies();
    const invalidated = watch(writer.cache.invalidate(KEY));
    await until(() => one.cache.getSync(KEY) === undefined, 'it was told');
    expect(one.leases.holding).toBe(true);
    line.cut();
    line.mend();
    await until(() => {
      // What is acknowledged before it hears again is waited for in vain.
      timers.advance(1_000);
      return invalidated.ended;
    }, 'the bump was sent again, and has landed');
    expect(one.cache.getSync(KEY)).toBeUndefined();
    expect(await one.cache.get(KEY)).toBeUndefined();
  });

  it('is made once more where the bump had to be sent again', async () => {
    const [one, writer] = await serving(topology);
    const seen = await scripts();
    await ask(server, (client) => client.script('FLUSH'));
    await writer.cache.invalidate(KEY);
    expect(one.cache.getSync(KEY)).toBeUndefined();
    await until(() => seen.lastIndexOf('announce') > seen.lastIndexOf('bump'), 'the announcement came last');
    expect(seen.filter((what) => what === 'bump').length).toBeGreaterThan(1);
  });
});
