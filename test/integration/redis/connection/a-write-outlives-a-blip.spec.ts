import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { generationKey } from '../../../../lib/keys/storage-keys.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { besidesFlags } from '../../../support/redis/server-version.js';

const KEY = 'single:t:a';
const PATIENT_MS = 5_000;

describe('while the connection to Redis is lost for a moment', () => {
  let server: RedisServer;
  let replica: RedisServer | undefined;
  let writer: Process;

  beforeEach(async () => {
    server = await startRedis();
    writer = new Process(server.url);
    await writer.generations.bump(KEY);
    writer.generations.expectDeadline(PATIENT_MS);
  });

  afterEach(async () => {
    await writer.close();
    await Promise.all([server.stop('SIGKILL'), replica?.stop('SIGKILL')]);
    replica = undefined;
  });

  const killClients = (at = server): Promise<unknown> =>
    ask(at, (client) => client.call('client', 'kill', 'type', 'normal', 'skipme', 'yes'));

  it('an invalidation, one of many keys, and an intent land', async () => {
    await killClients();
    // Until the loss is noticed, commands go to a socket that is dead.
    const bumped = writer.generations.bump(KEY);
    const many = writer.generations.bumpMany([KEY, 'single:t:b']);
    const opened = writer.generations.intents.open(['single:t:c'], 'w', 30_000);
    expect(await bumped).toBeGreaterThan(0);
    expect((await many).every((generation) => typeof generation === 'number')).toBe(true);
    expect(await opened).toEqual([undefined]);
  });

  it('what was under way when it was lost is sent again', async () => {
    const before = await writer.generations.bump(KEY);
    process.kill(server.pid as number, 'SIGSTOP');
    const bumped = writer.generations.bump(KEY);
    await server.down('SIGKILL');
    await server.up();
    expect(await bumped).toBeGreaterThan(before);
  });

  it('a clear begins again, also on a server that comes back', async () => {
    const generation = await writer.fill(KEY, 1);
    await killClients();
    await writer.generations.clear('single:t:');
    expect(await writer.hits(KEY, generation)).toBe(false);
    await server.down('SIGKILL');
    const cleared = writer.generations.clear('single:t:');
    await server.up();
    await expect(cleared).resolves.toBeUndefined();
  });

  it('reads and fills are refused at once', async () => {
    await server.down('SIGKILL');
    await expect(writer.generations.current(KEY)).rejects.toBeInstanceOf(CasUnavailableError);
    await expect(writer.atomic.fill(KEY, 1, Buffer.of(1), 1_000)).rejects.toBeInstanceOf(CasUnavailableError);
  });

  it('a bump and the wait for its replicas are sent again together', async () => {
    replica = await startRedis();
    await replicate(server, replica);
    await writer.close();
    writer = new Process(server.url, { waitReplicas: 1, waitTimeout: 1_000 });
    await writer.generations.bump(KEY);
    writer.generations.expectDeadline(PATIENT_MS);
    await killClients();
    const bumped = await writer.generations.bump(KEY);
    expect(await ask(replica, (client) => client.get(generationKey(KEY)))).toBe(String(bumped));
  });

  it('it fails within the deadline, with the reason, when the server stays away; a close ends the waiting', async () => {
    const brief = new Process(server.url);
    await brief.generations.bump(KEY);
    await server.down('SIGKILL');
    await expect(brief.generations.bump(KEY)).rejects.toThrow(/lost|closed|ECONNREFUSED/i);
    await brief.close();
    const waiting = writer.generations.bump(KEY);
    const refused = expect(waiting).rejects.toBeInstanceOf(CasUnavailableError);
    await writer.close();
    await refused;
  });
});

describe("a caller's retryStrategy that gives up", () => {
  it.each([
    ['at once', () => null],
    ['for good', null],
  ])('%s does not end recovery: one warning, and the reason stays what it is', async (_, retryStrategy) => {
    const server = await startRedis();
    const warnings: string[] = [];
    const options = { onWarning: (message: string) => void warnings.push(message) };
    const lost = new Process({ host: '127.0.0.1', port: server.port, retryStrategy }, options);
    try {
      await lost.fill(KEY, 1);
      lost.generations.expectDeadline(PATIENT_MS);
      await server.down('SIGKILL');
      const bumped = lost.generations.bump(KEY);
      await expect(lost.generations.current(KEY)).rejects.toBeInstanceOf(CasUnavailableError);
      await server.up();
      expect(await bumped).toBeGreaterThan(0);
      expect(besidesFlags(warnings)).toEqual([expect.stringMatching(/retryStrategy.*gives up/)]);
    } finally {
      await lost.close();
      await server.stop('SIGKILL');
    }
  });

  it('is not blamed for a wrong password', async () => {
    const server = await startRedis();
    await ask(server, (client) => client.config('SET', 'requirepass', 'right'));
    const lost = new Process(
      { host: '127.0.0.1', port: server.port, password: 'wrong-7f', retryStrategy: null },
      { onWarning: () => undefined },
    );
    try {
      const refused = (await lost.generations.bump(KEY).catch((error: unknown) => error)) as Error;
      expect(refused.message).toMatch(/WRONGPASS/);
      expect(refused.message).not.toMatch(/retryStrategy|wrong-7f/);
    } finally {
      await lost.close();
      await server.stop();
    }
  });
});
