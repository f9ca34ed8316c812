import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { CasUnavailableError } from '../../../../lib/errors.js';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { RedisProvider } from '../../../../lib/redis/parts/redis-provider.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until, works } from '../../../support/redis/until.js';

const MINUTE = 60_000;

describe('a Redis server that is lost', () => {
  let server: RedisServer;
  let connection: RedisConnection;
  let provider: RedisProvider;
  let generations: RedisGenerationStore;

  beforeEach(async () => {
    server = await startRedis();
    connection = new RedisConnection(server.url);
    provider = new RedisProvider(connection);
    generations = new RedisGenerationStore(connection);
  });

  afterEach(async () => {
    await connection.close();
    await server.stop();
  });

  const anything = (): Promise<unknown>[] => {
    const atomic = provider.atomicWith(generations);
    return [
      provider.get('single:t:a'),
      provider.set('single:t:a', Buffer.of(1), { ttlMs: MINUTE }),
      provider.setMany([{ key: 'single:t:a', entry: Buffer.of(1) }], { ttlMs: MINUTE }),
      provider.delete('single:t:a'),
      generations.current('single:t:a'),
      generations.snapshot('single:t:a'),
      generations.bump('single:t:a'),
      generations.bumpMany(['single:t:a']),
      generations.extend('single:t:a', 1, MINUTE),
      atomic?.read('single:t:a') ?? Promise.reject(new Error('not atomic')),
      atomic?.fill('single:t:a', 1, Buffer.of(1), MINUTE) ?? Promise.reject(new Error('not atomic')),
      atomic?.invalidate('single:t:a') ?? Promise.reject(new Error('not atomic')),
    ];
  };

  /** Why each failed. Many-variants say it in their answer once they were sent. */
  const reasons = async (work: Promise<unknown>[]): Promise<unknown[]> =>
    (await Promise.allSettled(work)).flatMap((result): unknown => {
      return result.status === 'rejected' ? [result.reason as unknown] : result.value;
    });

  it('is an error that names the server and what to check, for every operation', async () => {
    const unhandled = jest.spyOn(console, 'error');
    await provider.get('single:t:a');
    await server.down();
    for (const reason of await reasons(anything())) {
      expect(reason).toBeInstanceOf(CasUnavailableError);
      expect((reason as Error).message).toContain(`127.0.0.1:${server.port}`);
      expect((reason as Error).message).toMatch(/Check that it runs/);
    }
    // ioredis writes there what nobody listens to.
    expect(unhandled).not.toHaveBeenCalled();
    unhandled.mockRestore();
  });

  it('fails what is under way at once, and does not run it again on the next connection', async () => {
    const before = await generations.bump('single:t:a');
    process.kill(server.pid as number, 'SIGSTOP');
    const underWay = reasons(anything());
    await server.down('SIGKILL');
    for (const reason of await underWay) expect(reason).toBeInstanceOf(CasUnavailableError);

    await server.up();
    await until(() => works(() => generations.current('single:t:a')), 'the connection came back');
    expect(await generations.current('single:t:a')).toBe(0);
    expect(await provider.get('single:t:a')).toBeUndefined();
    expect(await generations.snapshot('single:t:a')).toBeGreaterThan(before);
  });

  it('is used again within moments of coming back', async () => {
    await provider.set('single:t:a', Buffer.of(1), { ttlMs: MINUTE });
    await server.down();
    await reasons(anything());
    await server.up();
    await until(() => works(() => provider.get('single:t:a')), 'the connection came back');
    expect(await provider.set('single:t:a', Buffer.of(2), { ttlMs: MINUTE })).toBe(true);
    expect(await provider.get('single:t:a')).toEqual(Buffer.of(2));
  });
});

describe('a Redis server that has stopped answering', () => {
  it('is left after the socketTimeout, and used again when it answers', async () => {
    const server = await startRedis();
    const store = new RedisGenerationStore({ host: '127.0.0.1', port: server.port, socketTimeout: 100 });
    try {
      await store.bump('single:t:a');
      process.kill(server.pid as number, 'SIGSTOP');
      await expect(store.bump('single:t:a')).rejects.toBeInstanceOf(CasUnavailableError);
      process.kill(server.pid as number, 'SIGCONT');
      await until(() => works(() => store.bump('single:t:a')), 'the connection came back');
    } finally {
      await store.close();
      await server.stop('SIGKILL');
    }
  });
});

describe('a Redis server that is not there yet', () => {
  it('is waited for while the first connection is being made', async () => {
    const server = await startRedis();
    const store = new RedisGenerationStore(server.url);
    try {
      expect(await store.snapshot('single:t:a')).toBeGreaterThan(0);
    } finally {
      await store.close();
      await server.stop();
    }
  });

  it('is unavailable once that attempt has failed, and used when it comes up', async () => {
    const server = await startRedis();
    await server.down();
    const store = new RedisGenerationStore({ host: '127.0.0.1', port: server.port });
    const waiting = [store.snapshot('single:t:a'), store.bump('single:t:b')];
    for (const result of await Promise.allSettled(waiting)) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(CasUnavailableError) });
    }
    await expect(store.snapshot('single:t:a')).rejects.toThrow(/ECONNREFUSED/);

    await server.up();
    try {
      await until(() => works(() => store.snapshot('single:t:a')), 'the server was found');
    } finally {
      await store.close();
      await server.stop();
    }
  });
});

describe('closing', () => {
  it('ends in time when the server does not answer', async () => {
    const server = await startRedis();
    const store = new RedisGenerationStore(server.url);
    await store.snapshot('single:t:a');
    process.kill(server.pid as number, 'SIGSTOP');
    const lost = store.bump('single:t:a');
    const refused = expect(lost).rejects.toBeInstanceOf(CasUnavailableError);
    await store.close();
    await store.close();
    await server.stop('SIGKILL');
    await refused;
    await expect(store.bump('single:t:a')).rejects.toThrow(/was closed/);
  });

  it('never throws for a server that was never there, and ends the attempts to reach it', async () => {
    const server = await startRedis();
    await server.stop();
    const attempts = { ours: 0, others: 0 };
    const countingIn = (who: 'ours' | 'others') => ({
      host: '127.0.0.1',
      port: server.port,
      retryStrategy: () => {
        attempts[who]++;
        return 1;
      },
    });
    const store = new RedisGenerationStore(countingIn('ours'));
    await expect(store.snapshot('single:t:a')).rejects.toBeInstanceOf(CasUnavailableError);
    await until(() => attempts.ours > 0, 'an attempt failed');
    await store.close();
    await expect(store.bump('single:t:a')).rejects.toBeInstanceOf(CasUnavailableError);

    const before = attempts.ours;
    const other = new RedisGenerationStore(countingIn('others'));
    await expect(other.snapshot('single:t:a')).rejects.toBeInstanceOf(CasUnavailableError);
    await until(() => attempts.others > 20, 'somebody else has tried many times since');
    await other.close();
    expect(attempts.ours).toBe(before);
  });
});
