import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ManualTimers } from '../../../support/core/manual-timers.js';
import { ask } from '../../../support/redis/failover.js';
import { LeasedCache } from '../../../support/redis/leased-cache.js';
import type { LeasedOptions } from '../../../support/redis/leased-cache.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

let server: RedisServer;
let namespace: string;
let open: LeasedCache[] = [];

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server.stop());

beforeEach(() => {
  namespace = freshNamespace();
});

afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

function start(options: Partial<LeasedOptions> = {}): LeasedCache {
  const one = new LeasedCache(server.url, { namespace, ...options });
  open.push(one);
  return one;
}

const warnings = ({ events }: LeasedCache): string[] =>
  events.all.flatMap((event) => (event.type === 'warning' ? [event.message] : []));

describe.each(['near', 'tiered', 'redis'] as const)('a process without the option, topology %s', (topology) => {
  it('tells those that hold leases from its first invalidation on, and says so, once', async () => {
    const holder = await start().holding();
    await holder.served('a');
    const other = start({ readLease: false, topology });
    await other.cache.invalidate('a');
    expect(holder.cache.getSync('a')).toBeUndefined();
    expect(warnings(other)).toEqual([expect.stringContaining(`in namespace "${namespace}", and this one has not`)]);
    expect(other.leases.announcements).toBe(1);
    await other.cache.invalidate('b');
    expect(warnings(other)).toHaveLength(1);
  });

  it('goes on when the list of holders is lost', async () => {
    const holder = await start().holding();
    const other = start({ readLease: false, topology });
    await other.cache.invalidate('a');
    await holder.served('a');
    await ask(server, (client) => client.del(`leases:{${namespace}}`));
    await other.cache.invalidate('a');
    expect(holder.cache.getSync('a')).toBeUndefined();
    expect(other.leases.announcements).toBe(2);
  });

  it('finds those that begin later within a minute', async () => {
    const timers = new ManualTimers();
    const other = start({ readLease: false, topology, timers });
    await other.cache.invalidate('a');
    expect(other.cache.stats().readLeases).toBeUndefined();
    const holder = await start().holding();
    await holder.served('a');
    timers.advance(60_000);
    await until(() => other.cache.stats().readLeases !== undefined, 'it has found them');
    const invalidated = other.cache.invalidate('a');
    await until(() => {
      timers.advance(100);
      return other.leases.waits.count > 0;
    }, 'its wait is over');
    await invalidated;
    expect(holder.cache.getSync('a')).toBeUndefined();
  });
});

describe('a process without the option', () => {
  it('that opened a key before it found them tells them when the write has ended', async () => {
    const timers = new ManualTimers();
    const other = start({ readLease: false, timers });
    let holder: LeasedCache | undefined;
    const written = other.cache.withWriteIntent('a', async () => {
      holder = await start().holding();
      timers.advance(60_000);
      await until(() => other.cache.stats().readLeases !== undefined, 'it has found them');
    });
    await until(() => {
      timers.advance(100);
      return (other.cache.stats().readLeases?.announcements ?? 0) > 0;
    }, 'it has told them');
    timers.advance(1_000);
    await written;
    expect(holder?.leases.holding).toBe(true);
  });

  it('whose user may not touch such keys asks once, and goes on as ever', async () => {
    await ask(server, (client) =>
      client.call('acl', 'setuser', 'plain', 'on', '>secret', '~single:*', '~gen:*', '~cas:*', '&*', '+@all'),
    );
    const timers = new ManualTimers();
    const url = server.url.replace('redis://', 'redis://plain:secret@');
    const other = new LeasedCache(url, { namespace, readLease: false, timers });
    open.push(other);
    await other.cache.invalidate('a');
    expect(timers.waiting).toBe(0);
    expect(warnings(other)).toEqual([]);
    expect(other.warnings).toEqual([]);
  });
});
