import { AsyncLocalStorage } from 'node:async_hooks';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Process } from '../../../support/redis/cached-key.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until } from '../../../support/redis/until.js';

const KEY = 'single:t:a';

describe('a connection of ours', () => {
  let server: RedisServer;
  let process: Process;

  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    await process.close();
    await server.stop();
  });

  const clients = (): Promise<number> =>
    ask(server, async (client) => String(await client.call('client', 'list', 'type', 'normal')).split('\n').length - 2);

  it.each<[string, () => unknown]>([
    ['read', () => process.atomic.read(KEY)],
    ['snapshot', () => process.generations.snapshot(KEY)],
    ['bump', () => process.generations.bump(KEY)],
    ['bump of many', () => process.generations.bumpMany([KEY])],
    ['intent', () => process.generations.intents.open([KEY], 'w', 1_000)],
    ['lease', () => process.generations.leases.acquire(KEY, 'w', 1_000)],
    ['clear', () => process.generations.clear('single:t:')],
  ])('opens with the first %s', async (_, operation) => {
    process = new Process(server.url);
    expect(await clients()).toBe(0);
    await operation();
    expect(await clients()).toBe(1);
  });

  it('opens with the first question whether its master may have lost intents', async () => {
    process = new Process(server.url);
    expect(process.generations.intents.mayHaveLostIntents?.(KEY, 1)).toBe(true);
    await until(async () => (await clients()) === 1, 'it was connected');
  });

  it('opens when it is told to, once', async () => {
    process = new Process(server.url);
    await Promise.all([process.connection.connect(), process.connection.connect()]);
    expect(process.connection.servers()).toMatchObject([{ state: 'trusted' }]);
    await process.connection.connect();
    await process.atomic.read(KEY);
    expect(await clients()).toBe(1);
  });

  it('that was closed before it was used opens no more', async () => {
    process = new Process(server.url);
    await process.close();
    await process.connection.connect();
    await expect(process.atomic.read(KEY)).rejects.toThrow(/was closed/);
    expect(await clients()).toBe(0);
  });

  it('is waited for no longer than its first attempt lasts, where there is no server', async () => {
    await server.down();
    process = new Process({ host: '127.0.0.1', port: server.port });
    await process.connection.connect();
    expect(process.connection.servers()).toMatchObject([{ state: 'unreachable' }]);
  });

  it('keeps nothing of the request that was the first to use it', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const retryStrategy = (): number => {
      seen.push(request.getStore());
      return 1;
    };
    process = new Process({ host: '127.0.0.1', port: server.port, retryStrategy });
    await request.run('the first', () => process.atomic.read(KEY));
    await server.down('SIGKILL');
    await until(() => seen.length > 1, 'it tried again');
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});
