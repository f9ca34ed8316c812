import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const KEY = 'single:t:a';

describe('a master that cannot be vetted', () => {
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
    jest.restoreAllMocks();
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await server.stop();
  });

  const user = (...rules: string[]): Promise<unknown> =>
    ask(server, (client) => client.call('acl', 'setuser', 'default', ...rules));

  it('is not read from or filled; invalidations land all the same, and intents open and settle', async () => {
    await user('-scan');
    const process = start();
    await expect(process.atomic.read(KEY)).rejects.toBeInstanceOf(CasUnavailableError);
    await expect(process.atomic.read(KEY)).rejects.toThrow(/scan/);
    await expect(process.generations.snapshot(KEY)).rejects.toBeInstanceOf(CasUnavailableError);
    await expect(process.atomic.fill(KEY, 1, Buffer.of(1), 1_000)).rejects.toBeInstanceOf(CasUnavailableError);
    expect(await process.atomic.invalidate(KEY)).toBeGreaterThan(0);
    const { intents } = process.generations;
    expect(await intents.open([KEY], 'writer', 60_000)).toEqual([undefined]);
    expect(await intents.settle([KEY], 'writer')).toEqual([expect.objectContaining({ held: true })]);
  });

  it('is vetted as soon as it can be', async () => {
    await user('-scan');
    const process = start();
    await expect(process.atomic.read(KEY)).rejects.toBeInstanceOf(CasUnavailableError);
    await user('+scan');
    await until(() => works(() => process.atomic.read(KEY)), 'it was vetted');
  });

  it('is vetted by the server that comes back, when it dies meanwhile', async () => {
    const first = start();
    const generation = await first.fill(KEY, 1);
    await ask(server, (client) => client.save());
    await first.atomic.invalidate(KEY);
    await first.close();
    await server.down('SIGKILL');
    await server.up();
    await user('-unlink');
    const second = start();
    await expect(second.atomic.read(KEY)).rejects.toThrow(/may not run UNLINK/);
    await server.down('SIGKILL');
    await server.up();
    await until(() => works(() => second.atomic.read(KEY)), 'it was vetted');
    expect(await second.hits(KEY, generation)).toBe(false);
  });

  it('says so when it does not tell who it is, and what to change', async () => {
    await user('-info');
    const process = start();
    await expect(process.atomic.read(KEY)).rejects.toThrow(/info/);
    const trusting = start({ onFailover: 'trust' });
    expect((await trusting.atomic.read(KEY)).entry).toBeUndefined();
  });

  it('is none: a replica is not read from, and used once it is a master', async () => {
    const master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    try {
      await replicate(master, server);
      const process = start();
      await expect(process.atomic.read(KEY)).rejects.toThrow(/is a replica now/);
      await expect(process.generations.bump(KEY)).rejects.toThrow(/READONLY|lost/);
      await ask(server, (client) => client.replicaof('NO', 'ONE'));
      await until(() => works(() => process.atomic.read(KEY)), 'it was vetted');
    } finally {
      await master.stop();
    }
  });

  it('is none: it is left for the master that the same address leads to later', async () => {
    const master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    let target = server.port;
    const sockets = new Set<Socket>();
    const address = createServer((socket) => {
      const there = connect(target, '127.0.0.1');
      for (const [from, to] of [
        [socket, there],
        [there, socket],
      ] as const) {
        sockets.add(from);
        from.on('error', () => to.destroy());
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => address.listen(0, '127.0.0.1', resolve));
    try {
      await replicate(master, server);
      const process = new Process({ port: (address.address() as AddressInfo).port });
      processes.push(process);
      await expect(process.atomic.read(KEY)).rejects.toThrow(/is a replica now/);
      target = master.port;
      await until(() => works(() => process.atomic.read(KEY)), 'the master was found');
    } finally {
      for (const socket of sockets) socket.destroy();
      address.close();
      await master.stop();
    }
  });

  it('two processes that vet it at once both use it afterwards, and neither sees what was lost', async () => {
    const [one, other] = [start(), start()];
    const generation = await one.fill(KEY, 1);
    await ask(server, (client) => client.save());
    await one.atomic.invalidate(KEY);
    await server.down('SIGKILL');
    await server.up();
    for (const process of [one, other]) {
      await until(() => works(() => process.atomic.read(KEY)), 'it was vetted');
      expect(await process.hits(KEY, generation)).toBe(false);
    }
    const again = await one.fill(KEY, 2);
    expect(await other.hits(KEY, again)).toBe(true);
  });

  it('that is not there when the application starts is used when it comes', async () => {
    await server.down('SIGKILL');
    const process = start();
    await expect(process.atomic.read(KEY)).rejects.toBeInstanceOf(CasUnavailableError);
    await server.up();
    await until(() => works(() => process.atomic.read(KEY)), 'it was vetted');
    expect(await process.hits(KEY, await process.fill(KEY, 1))).toBe(true);
  });
});
