import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Process } from '../../../support/redis/cached-key.js';
import { ManualTimers } from '../../../support/core/manual-timers.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until } from '../../../support/redis/until.js';

const KEY = 'single:t:a';
const MARKER = 'cas:vetted-2';
const HOUR = 3_600_000;

describe('the marker of a master', () => {
  let server: RedisServer;
  const processes: Process[] = [];

  const start = (options = {}): Process => {
    const process = new Process(server.url, options);
    processes.push(process);
    return process;
  };

  beforeEach(async () => {
    server = await startRedis();
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await server.stop();
  });

  const marker = (): Promise<string | null> => ask(server, (client) => client.get(MARKER));
  const tamper = (value: string): Promise<unknown> => ask(server, (client) => client.set(MARKER, value));

  it('names the server, and lets processes that start later keep what is cached', async () => {
    const generation = await start().fill(KEY, 1);
    const [info, found] = await ask(server, async (client) => [await client.info(), await client.get(MARKER)] as const);
    const [runId, replId, since] = String(found).split(':');
    expect(info).toContain(`run_id:${runId}`);
    expect(info).toContain(`master_replid:${replId}`);
    expect(Number(since)).toBeGreaterThan(0);
    expect(await start().hits(KEY, generation)).toBe(true);
    expect(await marker()).toBe(found);
  });

  it('lives for a day', async () => {
    await start().generations.current(KEY);
    const left = await ask(server, (client) => client.pttl(MARKER));
    expect(left).toBeGreaterThan(23 * HOUR);
    expect(left).toBeLessThanOrEqual(24 * HOUR);
  });

  it.each([
    ['of another server', (found: string) => found.replace(/^./, (first) => (first === '0' ? '1' : '0'))],
    ['of another history', (found: string) => found.replace(/:./, (first) => (first === ':0' ? ':1' : ':0'))],
    ['without a time', (found: string) => found.replace(/\d+$/, '')],
    ['that is something else', () => 'something else'],
  ])('%s: what is cached counts no more, and it is written anew', async (_, change) => {
    const generation = await start().fill(KEY, 1);
    const found = String(await marker());
    await tamper(change(found));
    expect(await start().hits(KEY, generation)).toBe(false);
    expect(
      String(await marker())
        .split(':')
        .slice(0, 2),
    ).toEqual(found.split(':').slice(0, 2));
  });

  it('that is missing costs what is cached once', async () => {
    const generation = await start().fill(KEY, 1);
    await ask(server, (client) => client.del(MARKER));
    const later = start();
    expect(await later.hits(KEY, generation)).toBe(false);
    const again = await later.fill(KEY, 1);
    expect(await start().hits(KEY, again)).toBe(true);
  });

  it('is written again every minute, as it was, by whoever is connected: its eviction costs later starters nothing', async () => {
    const timers = new ManualTimers();
    const process = start({ timers });
    const generation = await process.fill(KEY, 1);
    const found = await marker();
    await ask(server, (client) => client.del(MARKER));
    timers.advance(60_000);
    await until(async () => (await marker()) !== null, 'it was written again');
    expect(await marker()).toBe(found);
    expect(await start().hits(KEY, generation)).toBe(true);
  });

  it('is not needed by a process that has vetted the server itself, when its connection breaks', async () => {
    const process = start();
    const generation = await process.fill(KEY, 1);
    await ask(server, async (client) => {
      await client.del(MARKER);
      await client.call('client', 'kill', 'type', 'normal', 'skipme', 'yes');
    });
    await until(() => process.hits(KEY, generation).catch(() => false), 'it was connected again');
  });

  it("is neither looked for nor written with onFailover: 'trust'", async () => {
    await start({ onFailover: 'trust' }).fill(KEY, 1);
    expect(await marker()).toBeNull();
  });

  it('nothing is left to be called once the connection is closed', async () => {
    const timers = new ManualTimers();
    const process = start({ timers });
    await process.generations.current(KEY);
    // The writing of the marker, and the look for a server that has gone silent.
    expect(timers.waiting).toBe(2);
    await process.close();
    expect(timers.waiting).toBe(0);
  });
});
