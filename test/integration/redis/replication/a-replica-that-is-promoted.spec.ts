import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask, promoteWithout, replicate } from '../../../support/redis/failover.js';
import { startRedis, startSentinel } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';
import { KNOWS_SCRIPT_FLAGS } from '../../../support/redis/server-version.js';

const KEY = 'single:t:a';
/** A replica gets its first copy without others being waited for. */
const AT_ONCE = ['--repl-diskless-sync-delay', '0'];
const NO_ONE = ['replicaof', 'no', 'one'] as const;

describe('a replica that is promoted without the last invalidations', () => {
  let master: RedisServer;
  let replica: RedisServer;
  let sentinel: RedisServer;
  const processes: Process[] = [];

  const start = (options = {}): Process => {
    const process = new Process({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' }, options);
    processes.push(process);
    return process;
  };

  beforeEach(async () => {
    [master, replica] = await Promise.all([startRedis({ args: AT_ONCE }), startRedis({ args: AT_ONCE })]);
    await replicate(master, replica);
    sentinel = await startSentinel(master);
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await Promise.all([sentinel, master, replica].map((server) => server.stop()));
  });

  /** From now on Sentinel names the other one. */
  const announce = (server: RedisServer): Promise<unknown> =>
    ask(sentinel, async (client) => {
      await client.call('sentinel', 'REMOVE', 'mymaster');
      await client.call('sentinel', 'MONITOR', 'mymaster', '127.0.0.1', server.port, 1);
    });

  const failOverWithout = async (work: () => Promise<unknown>): Promise<void> => {
    await promoteWithout(work, { master, replica, by: NO_ONE });
    await announce(replica);
  };

  /** Whether what was filled is ever a hit, until reads are answered by the server. */
  const isEverHit = async (process: Process, generation: number, server: RedisServer): Promise<boolean> => {
    let hit = false;
    const answered = async (): Promise<boolean> => {
      hit ||= await process.hits(KEY, generation).catch(() => false);
      return (await process.generations.bump('single:t:probe').catch(() => 0)) > 0 && isRead(server);
    };
    const isRead = (from: RedisServer): Promise<boolean> =>
      ask(from, async (client) => (await client.info('commandstats')).includes('cmdstat_mget:'));
    await until(answered, 'the new master was read from');
    return hit;
  };

  it('serves none of the old values, when the master was lost', async () => {
    const process = start();
    const generation = await process.fill(KEY, 1);
    await failOverWithout(() => process.atomic.invalidate(KEY));
    await master.down('SIGKILL');
    expect(await isEverHit(process, generation, replica)).toBe(false);
    expect(await start().hits(KEY, generation)).toBe(false);
  });

  it("serves them with onFailover: 'trust'", async () => {
    const process = start({ onFailover: 'trust' });
    const generation = await process.fill(KEY, 1);
    await failOverWithout(() => process.atomic.invalidate(KEY));
    await master.down('SIGKILL');
    expect(await isEverHit(process, generation, replica)).toBe(true);
  });

  it('serves none to readers that were left on the master when it was demoted', async () => {
    const [reader, writer] = [start(), start()];
    const generation = await reader.fill(KEY, 1);
    expect(await reader.hits(KEY, generation)).toBe(true);
    await promoteWithout(async () => undefined, { master, replica, by: NO_ONE });
    await announce(replica);
    // Its connections stay: nobody kills them, as Sentinel would.
    await ask(master, (client) => client.replicaof('127.0.0.1', replica.port));
    await writer.close();
    await start().atomic.invalidate(KEY);
    await expect(reader.atomic.read(KEY)).rejects.toBeInstanceOf(CasUnavailableError);
    expect(await isEverHit(reader, generation, replica)).toBe(false);
  });

  it('notices a master that was demoted and promoted again under an open connection', async () => {
    const reader = start();
    const generation = await reader.fill(KEY, 1);
    expect(await reader.hits(KEY, generation)).toBe(true);
    // The other one is the master for a while, and what it is told comes too late for this one.
    await promoteWithout(async () => undefined, { master, replica, by: NO_ONE });
    await ask(master, (client) => client.replicaof('127.0.0.1', replica.port));
    await announce(replica);
    const writer = start();
    await writer.atomic.read(KEY);
    const restored = await writer.fill(KEY, 2);
    await promoteWithout(() => writer.atomic.invalidate(KEY), { master: replica, replica: master, by: NO_ONE });
    await announce(master);
    // Unless its proof came due before the read: then it is vetted again already.
    const first = await reader.hits(KEY, generation).catch((fault: unknown) => fault);
    expect(first === false || /another master/.test(String(first))).toBe(true);
    await until(() => works(() => reader.atomic.read(KEY)), 'it was vetted again');
    expect(await reader.hits(KEY, generation)).toBe(false);
    expect(await reader.hits(KEY, restored)).toBe(false);
  });

  it('is filled again once it is vetted', async () => {
    const process = start();
    await process.fill(KEY, 1);
    await failOverWithout(async () => undefined);
    await master.down('SIGKILL');
    await until(
      () =>
        process.fill(KEY, 1).then(
          () => true,
          () => false,
        ),
      'it was filled again',
    );
  });
});

describe('a master that has fewer replicas than min-replicas-to-write', () => {
  // A script without flags is carried out there, unless it writes.
  it(`is ${KNOWS_SCRIPT_FLAGS ? 'not ' : ''}read from`, async () => {
    const master = await startRedis();
    const sentinel = await startSentinel(master);
    const process = new Process({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' });
    try {
      const generation = await process.fill(KEY, 1);
      expect(await process.hits(KEY, generation)).toBe(true);
      await ask(master, (client) => client.config('SET', 'min-replicas-to-write', '1'));
      const read = process.atomic.read(KEY);
      if (KNOWS_SCRIPT_FLAGS) await expect(read).rejects.toThrow(/NOREPLICAS/);
      else expect(await read).toMatchObject({ generation });
      await ask(master, (client) => client.config('SET', 'min-replicas-to-write', '0'));
      expect(await process.hits(KEY, generation)).toBe(true);
    } finally {
      await process.close();
      await Promise.all([sentinel.stop(), master.stop()]);
    }
  });
});
