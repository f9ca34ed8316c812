import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../../../../lib/redis/parts/redis-generation-store.js';
import { ask } from '../../../support/redis/failover.js';
import { startRedis } from '../../../support/redis/redis-server.mjs';
import type { RedisServer } from '../../../support/redis/redis-server.mjs';
import { until } from '../../../support/redis/until.js';

describe('a ping', () => {
  let server: RedisServer;
  let connection: RedisConnection;
  let store: RedisGenerationStore;

  beforeEach(async () => {
    server = await startRedis();
    connection = new RedisConnection(server.url);
    store = new RedisGenerationStore(connection);
  });

  afterEach(async () => {
    await connection.close();
    await server.stop();
  });

  it('opens the connection, and says how long the server took', async () => {
    const [ping, ...others] = await store.ping(5_000);
    expect(others).toEqual([]);
    expect(ping).toMatchObject({ server: connection.where, ok: true, state: 'trusted' });
    expect(ping?.latencyMs).toBeGreaterThan(0);
  });

  it('writes nothing', async () => {
    await store.ping(5_000);
    const keys = await ask(server, (client) => client.keys('*'));
    // The marker of the vetting, which the connection itself wrote.
    expect(keys.filter((key) => !key.startsWith('cas:vetted'))).toEqual([]);
  });

  it('a server that answers and is not used says why', async () => {
    await ask(server, (client) =>
      client.call('acl', 'setuser', 'limited', 'on', '>secret', '~*', '&*', '+@all', '-info'),
    );
    const limited = new RedisConnection(server.url.replace('//', '//limited:secret@'), { onWarning: () => undefined });
    try {
      const [ping] = await new RedisGenerationStore(limited).ping(5_000);
      expect(ping).toMatchObject({ ok: false, state: 'refused', latencyMs: expect.any(Number) });
      expect(ping?.reason).toContain('info');
      expect(JSON.stringify(ping)).not.toContain('secret');
    } finally {
      await limited.close();
    }
  });

  it('a server that stands still has not answered, and has when it goes on', async () => {
    await store.ping(5_000);
    process.kill(server.pid as number, 'SIGSTOP');
    try {
      const [frozen] = await store.ping(100);
      expect(frozen).toMatchObject({ ok: false, latencyMs: undefined });
      expect(frozen?.reason).toMatch(/no answer within \d+ ms/);
    } finally {
      process.kill(server.pid as number, 'SIGCONT');
    }
    await until(async () => (await store.ping(5_000))[0]?.ok === true, 'it has answered');
  });

  it('a server that is gone is not reachable, and nothing is thrown', async () => {
    await store.ping(5_000);
    await server.stop();
    await until(async () => (await store.ping(100))[0]?.state === 'unreachable', 'it is known to be gone');
    expect(await store.ping(100)).toMatchObject([{ ok: false, state: 'unreachable', latencyMs: undefined }]);
  });
});
