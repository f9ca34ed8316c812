import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ABSENT, OPEN } from '../../../../lib/contracts/generation-store.js';
import { generationKey } from '../../../../lib/keys/storage-keys.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const KEY = 'single:t:a';

describe('a server that starts from a snapshot older than the last invalidations', () => {
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

  const restartFromSnapshot = async (before: () => Promise<unknown>): Promise<void> => {
    await ask(server, (client) => client.save());
    await before();
    await server.down('SIGKILL');
    await server.up();
  };

  const reads = (process: Process) =>
    until(() => works(() => process.atomic.read(KEY)), 'the server could be read from again');

  it('serves none of its old values to a process that was connected to it before', async () => {
    const process = start();
    const generation = await process.fill(KEY, 1);
    expect(await process.hits(KEY, generation)).toBe(true);
    await restartFromSnapshot(() => process.atomic.invalidate(KEY));
    await reads(process);
    expect(await process.atomic.read(KEY)).toEqual({ entry: Buffer.of(1), generation: ABSENT });
  });

  it('serves none to a process that starts now', async () => {
    const generation = await start().fill(KEY, 1);
    await restartFromSnapshot(() => (processes[0] as Process).atomic.invalidate(KEY));
    expect(await start().hits(KEY, generation)).toBe(false);
  });

  it("serves them with onFailover: 'trust'", async () => {
    const process = start({ onFailover: 'trust' });
    const generation = await process.fill(KEY, 1);
    await restartFromSnapshot(() => process.atomic.invalidate(KEY));
    await reads(process);
    expect(await process.hits(KEY, generation)).toBe(true);
    expect(await start({ onFailover: 'trust' }).hits(KEY, generation)).toBe(true);
  });

  it('refuses a fill under a generation from before', async () => {
    const process = start();
    const generation = await process.fill(KEY, 1);
    await restartFromSnapshot(() => process.atomic.invalidate(KEY));
    await until(
      async () => !(await process.atomic.fill(KEY, generation, Buffer.of(1), 1_000).catch(() => true)),
      'the fill was refused by the server',
    );
  });

  it('keeps what writers have open, under a number that was never there', async () => {
    const process = start();
    await process.generations.bump(KEY);
    await process.generations.intents.open([KEY], 'writer', 60_000);
    const cell = (): Promise<string | null> => ask(server, (client) => client.get(generationKey(KEY)));
    const before = await cell();
    await restartFromSnapshot(async () => undefined);
    await reads(process);
    expect(await process.generations.current(KEY)).toBe(OPEN);
    expect(await cell()).toMatch(/^!\d+;writer=\d+$/);
    expect(await cell()).not.toBe(before);
  });

  it('loses what is ours, and nothing that others keep under another prefix', async () => {
    const [ours, theirs] = [start({ keyPrefix: 'ours:' }), start({ keyPrefix: 'theirs:' })];
    const generations = [await ours.fill(KEY, 1), await theirs.fill(KEY, 2)] as const;
    await theirs.close();
    await restartFromSnapshot(async () => undefined);
    await reads(ours);
    expect(await ours.hits(KEY, generations[0])).toBe(false);
    expect(await ask(server, (client) => client.get(`theirs:gen:{theirs:${KEY}}`))).toBe(String(generations[1]));
  });

  it('is cached in again once it was vetted', async () => {
    const process = start();
    await process.fill(KEY, 1);
    await restartFromSnapshot(() => process.atomic.invalidate(KEY));
    await reads(process);
    expect(await process.hits(KEY, await process.fill(KEY, 2))).toBe(true);
  });
});
