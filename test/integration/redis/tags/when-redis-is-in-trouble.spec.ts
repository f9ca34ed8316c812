import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { TagStore } from '../../../../lib/contracts/tag-store.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { tagClockKey } from '../../../../lib/keys/storage-keys.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { Process } from '../../../support/redis/cached-key.js';
import { ask, replicate } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { KNOWS_SCRIPT_FLAGS } from '../../../support/redis/server-version.js';
import { sharedCluster } from '../../../support/redis/shared-redis.js';
import { hideFlags } from '../../../support/redis/without-script-flags.js';

const HOUR = 3_600_000;
const PATIENT_MS = 5_000;

describe('tags, while Redis is in trouble', () => {
  let server: RedisServer;
  let process: Process;
  let tags: TagStore;

  beforeEach(async () => {
    server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
    process = new Process(server.url, { onWarning: () => undefined });
    tags = process.generations.tags.of('t');
    await tags.snapshot();
  });

  afterEach(async () => {
    await process.close();
    await server.stop('SIGKILL');
  });

  const killClients = (): Promise<unknown> =>
    ask(server, (client) => client.call('client', 'kill', 'type', 'normal', 'skipme', 'yes'));

  it.each([
    ['that knows script flags', false],
    ['older than those', true],
  ])('a full server %s: whatever ends entries lands, and catch-ups are answered', async (_, old) => {
    if (old) hideFlags(process.connection);
    const begun = await tags.invalidate(['before'], HOUR);
    await ask(server, (client) => client.config('SET', 'maxmemory', '1'));
    const invalidated = await tags.invalidate(['a', 'b'], HOUR);
    expect(await tags.catchUp(begun.seq, 10, ['a'])).toMatchObject({ own: [invalidated.seq] });
    const cleared = await tags.clear();
    expect(cleared.era).toBeGreaterThan(invalidated.seq);
    expect(await tags.snapshot()).toEqual(cleared);
    expect(await tags.current()).toEqual(cleared);
    await ask(server, (client) => client.del(tagClockKey('t')));
    expect((await tags.invalidate(['a'], HOUR)).era).toBeGreaterThan(cleared.seq);
    // In a namespace that has nothing yet, too.
    expect(await process.generations.tags.of('u').invalidate(['a'], HOUR)).toEqual({
      era: expect.any(Number),
      seq: expect.any(Number),
    });
  });

  it('an invalidation and a clear that the loss of the connection caught are sent again', async () => {
    process.generations.expectDeadline(PATIENT_MS);
    const before = await tags.snapshot();
    await killClients();
    const invalidated = await tags.invalidate(['a'], HOUR);
    expect(invalidated.era).toBe(before.era);
    expect(invalidated.seq).toBeGreaterThan(before.seq);
    await killClients();
    expect((await tags.clear()).era).toBeGreaterThan(invalidated.seq);
  });

  it('one that was under way when the server went is carried out when it is back, under a number of its own', async () => {
    process.generations.expectDeadline(PATIENT_MS);
    const before = await tags.invalidate(['a'], HOUR);
    globalThis.process.kill(server.pid as number, 'SIGSTOP');
    const invalidating = tags.invalidate(['a'], HOUR);
    await server.down('SIGKILL');
    await server.up();
    expect((await invalidating).seq).toBeGreaterThan(before.seq);
  });

  it('a read of the clock and a catch-up are refused at once, and never sent late', async () => {
    await server.down('SIGKILL');
    await expect(tags.current()).rejects.toMatchObject({ code: 'CAS_UNAVAILABLE' });
    await expect(tags.catchUp(0, 1, [])).rejects.toMatchObject({ code: 'CAS_UNAVAILABLE' });
    await expect(tags.snapshot()).rejects.toMatchObject({ code: 'CAS_UNAVAILABLE' });
  });

  it('with waitReplicas an invalidation and a clear are on the replica when they have resolved, and fail without it', async () => {
    const replica = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    const writer = new Process(server.url, { waitReplicas: 1, waitTimeout: 500 });
    try {
      await replicate(server, replica);
      const waiting = writer.generations.tags.of('t');
      for (const step of ['invalidate', 'clear', 'invalidate'] as const) {
        const { era, seq } = await (step === 'clear' ? waiting.clear() : waiting.invalidate(['a'], HOUR));
        expect(await ask(replica, (client) => client.get(tagClockKey('t')))).toBe(`${era};${seq}`);
      }
      globalThis.process.kill(replica.pid as number, 'SIGSTOP');
      await expect(waiting.invalidate(['a'], HOUR)).rejects.toThrow(/0 of 1 replicas/);
      await expect(waiting.clear()).rejects.toThrow(/0 of 1 replicas/);
    } finally {
      await writer.close();
      await replica.stop('SIGKILL');
    }
  });

  it('a server that was demoted answers no catch-up', async () => {
    if (!KNOWS_SCRIPT_FLAGS) return;
    await ask(server, (client) => client.replicaof('127.0.0.1', server.port + 1));
    await expect(tags.catchUp(0, 1, [])).rejects.toMatchObject({ code: 'CAS_UNAVAILABLE' });
  });

  it('a server without enough replicas answers none either', async () => {
    if (!KNOWS_SCRIPT_FLAGS) return;
    await ask(server, (client) => client.config('SET', 'min-replicas-to-write', '1'));
    await expect(tags.catchUp(0, 1, [])).rejects.toMatchObject({ code: 'CAS_UNAVAILABLE' });
  });

  it('a user who may not look at the cells loses nothing that stands in them', async () => {
    const before = await tags.invalidate(['a'], HOUR);
    const cells = (): Promise<unknown> =>
      ask(server, async (client) => [await client.get(tagClockKey('t')), await client.zcard('tags:{t}')]);
    const found = await cells();
    for (const rule of ['-get', '-zmscore']) {
      await ask(server, (client) => client.call('acl', 'setuser', 'default', '+@all', rule));
      await expect(tags.snapshot()).rejects.toThrow(new RegExp(rule.slice(1), 'i'));
      await expect(tags.invalidate(['b'], HOUR)).rejects.toThrow(/\+zadd|\+get/);
      await ask(server, (client) => client.call('acl', 'setuser', 'default', '+@all'));
    }
    expect(await cells()).toEqual(found);
    expect(await tags.snapshot()).toEqual(before);
  });
});

it('a key prefix of a Cluster that leaves no common slot is refused, and only there', async () => {
  const client = new Redis();
  client.disconnect();
  for (const [source, isRefused] of [
    [await sharedCluster(), true],
    [client, false],
  ] as const) {
    for (const keyPrefix of ['a{b', '{}:']) {
      const connection = new RedisConnection(source, { keyPrefix });
      const of = (): unknown => new RedisGenerationStore(connection).tags.of('t');
      if (isRefused) expect(of).toThrow(CasConfigError);
      else expect(of).not.toThrow();
      await connection.close();
    }
  }
});
