import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { generationKey } from '../../../../lib/keys/storage-keys.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { forwardTo } from '../../../support/redis/forwarder.js';
import { startRedis, startSentinel } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { KNOWS_SCRIPT_FLAGS } from '../../../support/redis/server-version.js';
import { until, works } from '../../../support/redis/until.js';

const KEY = 'single:t:a';

describe('a master and its replica that change places', () => {
  let master: RedisServer;
  let replica: RedisServer;
  let cached: Process;
  /** What the process reaches them by. */
  let between: { close(): Promise<void> };

  beforeEach(async () => {
    const args = ['--repl-diskless-sync-delay', '0'];
    [master, replica] = await Promise.all([startRedis({ args }), startRedis({ args })]);
    await replicate(master, replica);
  });

  afterEach(async () => {
    await cached.close();
    await between.close();
    await Promise.all([master.stop(), replica.stop()]);
  });

  /** Resolves when the key is cached again, in the new master, under another generation than before. */
  const isFilledAgain = (before: number): Promise<void> =>
    until(async () => {
      const current = await cached.fill(KEY, 2).catch(() => before);
      if (current === before || !(await cached.hits(KEY, current).catch(() => false))) return false;
      return (await ask(replica, (client) => client.get(generationKey(KEY)))) === String(current);
    }, 'it was filled again, in the new master');

  it('by REPLICAOF, behind one address: READONLY makes the connection anew, and what was refused is sent to the new master', async () => {
    const address = await forwardTo(master);
    between = address;
    cached = new Process(address.url);
    const generation = await cached.fill(KEY, 1);
    expect(await cached.hits(KEY, generation)).toBe(true);

    await ask(replica, (client) => client.replicaof('NO', 'ONE'));
    await ask(master, (client) => client.replicaof('127.0.0.1', replica.port));
    address.leadTo(replica);
    cached.generations.expectDeadline(10_000);
    expect(await cached.atomic.invalidate(KEY)).toBeGreaterThan(generation);
    const code = KNOWS_SCRIPT_FLAGS ? 'READONLY' : 'ERR';
    expect(await ask(master, (client) => client.info('errorstats'))).toContain(`errorstat_${code}`);

    await isFilledAgain(generation);
    expect(await cached.hits(KEY, generation)).toBe(false);
  });

  it('by Sentinel: the promoted replica is found as soon as the old master was demoted', async () => {
    const sentinel = await startSentinel(master);
    between = { close: () => sentinel.stop() };
    cached = new Process({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' });
    const generation = await cached.fill(KEY, 1);
    expect(await cached.hits(KEY, generation)).toBe(true);
    await until(
      () => works(() => ask(sentinel, (client) => client.call('sentinel', 'FAILOVER', 'mymaster'))),
      'Sentinel began a failover',
    );
    await until(async () => {
      const address = await ask(sentinel, (client) => client.call('sentinel', 'GET-MASTER-ADDR-BY-NAME', 'mymaster'));
      return String(address).endsWith(`,${replica.port}`);
    }, 'Sentinel named the replica');
    // Sentinel itself would do so after ten seconds.
    await ask(master, (client) => client.replicaof('127.0.0.1', replica.port));
    await isFilledAgain(generation);
    expect(await cached.hits(KEY, generation)).toBe(false);
  });
});
