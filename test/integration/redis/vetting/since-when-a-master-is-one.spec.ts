import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Process } from '../../../support/redis/cached-key.js';
import { ask, promoteWithout, replicate } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const KEY = 'single:t:a';
const AT_ONCE = { args: ['--repl-diskless-sync-delay', '0'] };
const HOUR = 3_600_000;

describe('whether open intents may have been lost within a lease', () => {
  let server: RedisServer;
  const processes: Process[] = [];

  const start = async (options = {}, from = server): Promise<Process> => {
    const process = new Process(from.url, options);
    processes.push(process);
    await until(() => works(() => process.atomic.read(KEY)), 'it was connected');
    return process;
  };

  const mayHave = ({ generations }: Process, leaseMs: number): boolean | undefined =>
    generations.intents.mayHaveLostIntents?.(KEY, leaseMs);

  const uptime = async (): Promise<number> => {
    const info = await ask(server, (client) => client.info('server'));
    return Number(/uptime_in_seconds:(\d+)/.exec(info)?.[1]);
  };

  beforeEach(async () => {
    server = await startRedis(AT_ONCE);
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await server.stop();
  });

  it('they may, on a server that has just started; not, once it has been up for a lease', async () => {
    expect(mayHave(await start(), HOUR)).toBe(true);
    const [first] = processes as [Process];
    await until(() => mayHave(first, 1_000) === false, 'it was up for long enough');
    for (const process of [first, await start()]) {
      expect(mayHave(process, 1_000)).toBe(false);
      expect(mayHave(process, HOUR)).toBe(true);
    }
  });

  it('they may, on a replica that was promoted, however long it has been up', async () => {
    const replica = await startRedis(AT_ONCE);
    try {
      await replicate(server, replica);
      await until(async () => (await uptime()) >= 2, 'it was up for long enough');
      await promoteWithout(async () => undefined, { master: server, replica, by: ['replicaof', 'no', 'one'] });
      const first = await start({}, replica);
      expect(mayHave(first, 1_000)).toBe(true);
      // Another process learns from the marker how long that has been so.
      await until(() => mayHave(first, 1_000) === false, 'a lease had gone by');
      expect(mayHave(await start({}, replica), 1_000)).toBe(false);
      expect(mayHave(await start({}, replica), HOUR)).toBe(true);
    } finally {
      await replica.stop();
    }
  });

  it('they may, while it is not known which server has the key', async () => {
    const process = await start();
    await until(() => mayHave(process, 1) === false, 'a short lease had gone by');
    await server.down('SIGKILL');
    await until(() => mayHave(process, 1) === true, 'its loss was noticed');
  });

  it("that is not asked with onFailover: 'trust'", async () => {
    expect(mayHave(await start({ onFailover: 'trust' }), HOUR)).toBe(false);
  });
});
