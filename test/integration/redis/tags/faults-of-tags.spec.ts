import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CasInvalidateError } from '../../../../lib/write-errors.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { TaggedProcess } from '../../../support/redis/tagged-process.js';
import type { Topology } from '../../../support/redis/tagged-process.js';
import { until, works } from '../../../support/redis/until.js';

const A = { tags: 'a' };

describe.each<Topology>(['redis', 'near', 'tiered'])('tags in topology %s', (topology) => {
  let server: RedisServer;
  const processes: TaggedProcess[] = [];

  const start = (options = {}): TaggedProcess => {
    const process = new TaggedProcess(server.url, { namespace: 't', topology, ...options });
    processes.push(process);
    return process;
  };

  beforeEach(async () => {
    server = await startRedis({ args: ['--save', ''] });
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await server.stop('SIGKILL');
  });

  const fill = (process: TaggedProcess, value: string): Promise<string> =>
    process.cache.getOrLoad('42', () => value, A);

  /** How many tags the process still has to invalidate. */
  const owed = ({ events }: TaggedProcess): number | undefined => events.of('pending-invalidations').at(-1)?.tags;

  it('FLUSHALL: nothing from before is served, and what is cached after it ends with its tags', async () => {
    const [one, other] = [start(), start()];
    for (const process of [one, other]) await fill(process, 'old');
    await ask(server, (client) => client.flushall());
    expect([await one.hit('42'), await other.hit('42')]).toEqual([undefined, undefined]);
    expect([await fill(one, 'new'), await fill(other, 'new')]).toEqual(['new', 'new']);
    expect([await one.hit('42'), await other.hit('42')]).toEqual(['new', 'new']);
    await one.cache.invalidateTags('a');
    expect([await one.hit('42'), await other.hit('42')]).toEqual([undefined, undefined]);
  });

  it('FLUSHALL while a load runs: it fills nothing that anyone is served', async () => {
    const [one, other] = [start(), start()];
    await fill(one, 'first');
    await one.cache.invalidate('42');
    const value = await one.cache.getOrLoad(
      '42',
      async () => {
        await ask(server, (client) => client.flushall());
        await other.cache.invalidateTags('a');
        return 'old';
      },
      A,
    );
    expect(value).toBe('old');
    expect([await one.hit('42'), await other.hit('42')]).toEqual([undefined, undefined]);
  });

  it('a server that begins empty: the same', async () => {
    const one = start();
    await fill(one, 'old');
    await server.down('SIGKILL');
    await server.up();
    await until(() => works(() => one.cache.snapshotGen('probe')), 'it is connected again');
    expect(await one.hit('42')).toBeUndefined();
    await until(async () => {
      await fill(one, 'new');
      return (await one.hit('42')) === 'new';
    }, 'it is cached in again');
    await one.cache.invalidateTags('a');
    expect(await one.hit('42')).toBeUndefined();
  });

  it('an invalidation that cannot land throws, and its entries are missed here until it has', async () => {
    const one = start({ timeout: 300 });
    await fill(one, 'old');
    await one.cache.getOrLoad('bare', () => 'bare');
    await server.down('SIGKILL');
    const failed = await one.cache.invalidateTags(['a', 'b']).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CasInvalidateError);
    expect([...((failed as CasInvalidateError).failedTags?.keys() ?? [])]).toEqual(['a', 'b']);
    expect(owed(one)).toBe(2);
    await server.up();
    await until(() => owed(one) === 0, 'it has landed');
    expect(await one.hit('42')).toBeUndefined();
    await until(async () => {
      expect(await fill(one, 'new')).toBe('new');
      return (await one.hit('42')) === 'new';
    }, 'it is cached in again');
  });

  it('one that could not land under a server that lost nothing: nobody here is served before it has', async () => {
    const one = start({ timeout: 300 });
    const other = start();
    await fill(one, 'old');
    globalThis.process.kill(server.pid as number, 'SIGSTOP');
    await expect(one.cache.invalidateTags('a')).rejects.toBeInstanceOf(CasInvalidateError);
    globalThis.process.kill(server.pid as number, 'SIGCONT');
    expect(await one.hit('42')).not.toBe('old');
    await until(() => owed(one) === 0, 'it has landed');
    expect([await one.hit('42'), await other.hit('42')]).toEqual([undefined, undefined]);
  });

  it('a server that evicts what it likes: an old value is never served', async () => {
    await server.stop();
    server = await startRedis({
      args: ['--save', '', '--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-random', '--maxmemory-samples', '1'],
    });
    const [one, other] = [start(), start()];
    const flood = new Redis(server.url);
    let lost = 0;
    try {
      for (let round = 0; round < 60; round++) {
        const value = `value ${round}`;
        await one.cache.invalidateTags('a');
        expect(await fill(one, value)).toBe(value);
        for (const process of [one, other]) expect([value, undefined]).toContain(await process.hit('42'));
        expect(await fill(other, value)).toBe(value);
        await Promise.all(
          Array.from({ length: 40 }, (_, n) => flood.set(`junk:${round % 4}:${n}`, 'x'.repeat(20_000))),
        );
        lost += 2 - (await flood.exists('clock:{t}', 'tags:{t}'));
      }
    } finally {
      await flood.quit();
    }
    expect(lost).toBeGreaterThan(0);
  });
});
