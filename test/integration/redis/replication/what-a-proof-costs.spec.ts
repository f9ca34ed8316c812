import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Process } from '../../../support/redis/cached-key.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis, startSentinel } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { KNOWS_SCRIPT_FLAGS } from '../../../support/redis/server-version.js';

describe('the commands that reads take', () => {
  let server: RedisServer;
  let sentinel: RedisServer;
  let process: Process | undefined;

  beforeEach(async () => {
    server = await startRedis();
    sentinel = await startSentinel(server);
  });

  afterEach(async () => {
    await process?.close();
    await Promise.all([server.stop(), sentinel.stop()]);
  });

  const called = async (work: (process: Process) => Promise<unknown>): Promise<Record<string, number>> => {
    const reader = process as Process;
    await reader.atomic.read('single:t:warm');
    await reader.atomic.readOrIssue?.('single:warm:a');
    await ask(server, (client) => client.config('RESETSTAT'));
    await work(reader);
    const stats = await ask(server, (client) => client.info('commandstats'));
    const found = stats.matchAll(/^cmdstat_(mget|evalsha|eval|wait|get):calls=(\d+)/gm);
    return Object.fromEntries(Array.from(found, ([, name, calls]) => [name as string, Number(calls)]));
  };

  const manyReads = ({ atomic, generations }: Process): Promise<unknown> =>
    Promise.all([
      ...Array.from({ length: 2_500 }, (_, n) => atomic.read(`single:t:${n}`)),
      generations.current('single:t:x'),
    ]);

  const newRead = async ({ atomic }: Process): Promise<unknown> => atomic.readOrIssue?.('single:t:new');

  it('by themselves, on a server without replicas that anybody speaks of', async () => {
    process = new Process(server.url);
    expect(await called(({ atomic }) => atomic.read('single:t:a'))).toEqual({ mget: 1 });
    expect(await called(manyReads)).toEqual({ mget: 6 });
    expect(await called(newRead)).toEqual({ evalsha: 1, mget: 1 });
  });

  it.each([
    ['through Sentinel', () => ({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' }), {}],
    ['with waitReplicas', () => server.url, { waitReplicas: 1 }],
  ])('and one proof for all of a tick, %s', async (_, source, options) => {
    process = new Process(source(), options);
    expect(await called(({ atomic }) => atomic.read('single:t:a'))).toEqual({ mget: 1, evalsha: 1 });
    expect(await called(manyReads)).toEqual({ mget: 6, evalsha: 1 });
    // The MGET is that of the script.
    expect(await called(newRead)).toEqual({ evalsha: 2, mget: 1 });
  });

  it('and for every page of a scan', async () => {
    process = new Process({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'mymaster' });
    expect(await called(({ generations }) => generations.clear('single:t:'))).toEqual({ evalsha: 1 });
    await ask(server, (client) => client.config('SET', 'min-replicas-to-write', '1'));
    const cleared = process.generations.clear('single:t:');
    if (KNOWS_SCRIPT_FLAGS) await expect(cleared).rejects.toMatchObject({ code: 'CAS_CLEAR' });
    else expect(await cleared).toBeUndefined();
  });
});
