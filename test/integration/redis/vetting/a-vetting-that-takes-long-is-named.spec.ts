import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { DirectCommands } from '../../../../lib/redis/scripts/direct-commands.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const KEY = 'single:t:a';
/** More than a page of a scan. */
const FOREIGN_KEYS = 5_000;
const DEADLINE_MS = 500;

describe('a master whose vetting takes long', () => {
  let server: RedisServer;
  let reader: Process;
  let goOn: () => void;

  beforeEach(async () => {
    server = await startRedis();
    const foreign = Array.from({ length: FOREIGN_KEYS }, (_, n) => [`foreign:${n}`, '1']).flat();
    await ask(server, (client) => client.mset(foreign));
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { call } = DirectCommands.prototype;
    jest.spyOn(DirectCommands.prototype, 'call').mockImplementation(async function (this: DirectCommands, command) {
      if (command[0] === 'scan' && command[1] !== '0') await held;
      return call.call(this, command);
    });
    reader = new Process(server.url);
  });

  afterEach(async () => {
    goOn();
    jest.restoreAllMocks();
    await reader.close();
    await server.stop();
  });

  it('refuses reads within the deadline of their callers, and says how far it is; invalidations land', async () => {
    reader.generations.expectDeadline(DEADLINE_MS);
    const begun = performance.now();
    const refused = (await reader.atomic.read(KEY).catch((error: unknown) => error)) as Error;
    expect(performance.now() - begun).toBeGreaterThan(DEADLINE_MS / 2);
    expect(refused).toBeInstanceOf(CasUnavailableError);
    expect(refused.message).toMatch(/is being vetted.* 1000 keys .*no timeout has to be raised/);
    expect(await reader.generations.bump(KEY)).toBeGreaterThan(0);
  });

  it('is told among the servers of the connection, until it is trusted, and when it is gone', async () => {
    const reading = reader.atomic.read(KEY);
    const [only] = [`Redis at 127.0.0.1:${server.port}`];
    await until(() => (reader.connection.servers()[0]?.vetting?.keysSeen ?? 0) > 0, 'a page was looked at');
    const vetting = { keysSeen: 1_000, sinceMs: expect.any(Number) };
    expect(reader.connection.servers()).toEqual([{ where: only, state: 'vetting', vetting }]);
    goOn();
    await reading;
    expect(reader.connection.servers()).toEqual([{ where: only, state: 'trusted' }]);
    await server.down('SIGKILL');
    await until(() => reader.connection.servers()[0]?.state === 'unreachable', 'the loss was noticed');
    await server.up();
    await until(() => works(() => reader.atomic.read(KEY)), 'it was vetted again');
  });

  it('holds up a read for as long as it takes, where no deadline was told', async () => {
    const reading = reader.atomic.read(KEY);
    await until(() => (reader.connection.servers()[0]?.vetting?.sinceMs ?? 0) > DEADLINE_MS, 'it took long');
    goOn();
    expect((await reading).entry).toBeUndefined();
  });
});
