import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { CasInvalidateError } from '../../../../lib/write-errors.js';
import { ManualTimers, settled } from '../../../support/core/manual-timers.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { watch } from '../../../support/redis/hand-wire.js';
import { LeasedCache } from '../../../support/redis/leased-cache.js';
import type { LeasedOptions } from '../../../support/redis/leased-cache.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

const DELTA_MS = 60_000;
const AT_ONCE = { args: ['--repl-diskless-sync-delay', '0'] };

let master: RedisServer;
let replica: RedisServer;
let timers: ManualTimers;
let namespace: string;
let open: LeasedCache[] = [];

beforeEach(async () => {
  [master, replica] = await Promise.all([startRedis(AT_ONCE), startRedis(AT_ONCE)]);
  await replicate(master, replica);
  timers = new ManualTimers();
  namespace = freshNamespace();
});

afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
  await Promise.all([master, replica].map((server) => server.stop('SIGKILL')));
});

function start(server: RedisServer, options: Partial<LeasedOptions> = {}): LeasedCache {
  const redis = { waitReplicas: 1, waitTimeout: 500 };
  const one = new LeasedCache(server.url, { namespace, deltaMs: DELTA_MS, timers, redis, ...options });
  open.push(one);
  return one;
}

/** The registry is young no more. */
async function age(server: RedisServer): Promise<void> {
  await ask(server, (client) => client.hset(`leases:{${namespace}}`, 'since', 1));
}

/** The replica hears nothing more of its master. */
async function cutOff(): Promise<void> {
  await ask(replica, (client) => client.replicaof('127.0.0.1', 1));
}

describe('read leases with waitReplicas', () => {
  it('hits without a round trip, and none after an invalidation elsewhere, which travels with its announcement', async () => {
    const [one, other] = [await start(master).holding(), await start(master).holding()];
    await age(master);
    await one.served('a');
    await other.cache.invalidate('a');
    expect(one.cache.getSync('a')).toBeUndefined();
    expect(other.leases).toMatchObject({ announcements: 1, timedOut: 0 });
  });

  it('an invalidation that no replica has is none, though it was told', async () => {
    const one = await start(master).holding();
    await age(master);
    await one.served('a');
    const writer = await start(master).holding();
    await cutOff();
    const failed = await writer.cache.invalidate('a').catch((error: unknown) => error as CasInvalidateError);
    expect(String(failed?.failures.get('a'))).toContain('0 of 1 replicas');
    expect(one.cache.getSync('a')).toBeUndefined();
    await replicate(master, replica);
    await until(() => writer.cache.stats().pendingInvalidations.keys === 0, 'it has landed');
  });

  it('a lease that no replica knows of is none: who stays with a master that was left behind ends with it', async () => {
    const left = await start(master).holding();
    await age(master);
    await left.served('a');
    await cutOff();
    // So the last renewal that a replica has is over before the registry of its own is young no more.
    for (let passed = 0; passed < 1.1 * DELTA_MS; passed += DELTA_MS / 30) {
      timers.advance(DELTA_MS / 30);
      await settled();
      await ask(master, (client) => client.ping());
    }
    expect(left.cache.getSync('a')).toBeUndefined();
    await ask(replica, (client) => client.replicaof('NO', 'ONE'));
    const writer = start(replica, { readLease: 'honour', redis: {} });
    const first = watch(writer.cache.invalidate('another'));
    await until(() => writer.leases.announcements === 1, 'the new master has a registry');
    await age(replica);
    timers.advance(1.1 * DELTA_MS);
    await settled();
    expect(first.ended).toBe(true);
    await writer.cache.invalidate('a');
    expect(left.cache.getSync('a')).toBeUndefined();
  });
});
