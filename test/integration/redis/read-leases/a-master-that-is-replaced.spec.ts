import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { singleKey } from '../../../../lib/keys/storage-keys.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { ManualTimers, settled } from '../../../support/core/manual-timers.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { watch } from '../../../support/redis/hand-wire.js';
import { LeasedCache } from '../../../support/redis/leased-cache.js';
import type { LeasedOptions } from '../../../support/redis/leased-cache.js';
import { startRedis, startSentinel } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { freshNamespace } from '../../../support/redis/shared-redis.js';
import { until } from '../../../support/redis/until.js';

/** Leases are counted by a clock that the spec moves: however long a promotion takes, they are still held after it. */
const DELTA_MS = 60_000;
const AT_ONCE = { args: ['--repl-diskless-sync-delay', '0'] };

let master: RedisServer;
let replica: RedisServer;
let sentinel: RedisServer;
let timers: ManualTimers;
let namespace: string;
let open: LeasedCache[] = [];

beforeEach(async () => {
  [master, replica] = await Promise.all([startRedis(AT_ONCE), startRedis(AT_ONCE)]);
  await replicate(master, replica);
  sentinel = await startSentinel(master);
  timers = new ManualTimers();
  namespace = freshNamespace();
});

afterEach(async () => {
  await Promise.all([sentinel, master, replica].map((server) => server.stop('SIGKILL')));
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

function start(options: Partial<LeasedOptions> = {}): LeasedCache {
  const source = { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' };
  const one = new LeasedCache(source, { namespace, deltaMs: DELTA_MS, timers, ...options });
  open.push(one);
  return one;
}

/** Its registry is young no more. */
async function age(server: RedisServer): Promise<void> {
  await ask(server, (client) => client.hset(`leases:{${namespace}}`, 'since', 1));
}

/** The replica stays one, and hears nothing more of its master. */
async function cutOff(): Promise<void> {
  await ask(replica, (client) => client.replicaof('127.0.0.1', 1));
}

/** The master stands still, and Sentinel names the replica. */
async function replace(): Promise<void> {
  process.kill(master.pid as number, 'SIGSTOP');
  await ask(replica, (client) => client.replicaof('NO', 'ONE'));
  await ask(sentinel, async (client) => {
    await client.call('sentinel', 'REMOVE', 'mymaster');
    await client.call('sentinel', 'MONITOR', 'mymaster', '127.0.0.1', replica.port, 1);
  });
}

/** Time goes by until the condition holds. */
const passing = (condition: () => boolean, what: string): Promise<void> =>
  until(() => {
    timers.advance(100);
    return condition();
  }, what);

describe('a master that stands still and is replaced, through Sentinel', () => {
  it.each(['without the registry', 'with a registry that lacks the last holder'])(
    'by a replica %s: an invalidation there waits until no lease of before is left',
    async (how) => {
      if (how === 'without the registry') await cutOff();
      else await start().holding();
      await cutOff();
      const reader = await start().holding();
      await age(master);
      await reader.served('a', 'v1');
      await replace();

      // The control: a bump of which no holder is told.
      const { connection } = start({ readLease: false });
      await new RedisGenerationStore(connection).bump(singleKey(namespace, 'a'));
      expect(reader.cache.getSync('a')).toBe('v1');

      const writer = start({ readLease: 'honour' });
      const invalidated = writer.cache.invalidate('a');
      const wait = watch(invalidated);
      await until(() => writer.leases.announcements === 1, 'the new master has heard of it');
      timers.advance(0.97 * DELTA_MS);
      await settled();
      expect(wait.ended).toBe(false);
      timers.advance(0.02 * DELTA_MS);
      await settled();
      expect(reader.leases.holding).toBe(false);
      expect(reader.cache.getSync('a')).toBeUndefined();
      expect(wait.ended).toBe(false);
      timers.advance(0.04 * DELTA_MS);
      await invalidated;
      expect(writer.leases.young).toBe(1);
      expect(reader.cache.getSync('a')).toBeUndefined();
    },
  );

  it('leases are had from the new master, and its invalidations are heard', async () => {
    const reader = await start().holding();
    await age(master);
    await reader.served('a', 'v1');
    const writer = await start().holding();
    await writer.cache.invalidate('a');
    expect(writer.leases).toMatchObject({ timedOut: 0, young: 0 });
    await replace();
    await master.down('SIGKILL');
    await passing(() => reader.leases.holding, 'it holds a lease again');
    await age(replica);
    await reader.served('a', 'v2');
    await until(async () => {
      await writer.connection.connect();
      return writer.connection.servers()[0]?.state === 'trusted';
    }, 'the writer was connected to the new master');
    const wait = watch(writer.cache.invalidate('a'));
    await passing(() => wait.ended, 'it was invalidated');
    expect(reader.cache.getSync('a')).toBeUndefined();
    expect(await reader.cache.get('a')).toBeUndefined();
  });
});
