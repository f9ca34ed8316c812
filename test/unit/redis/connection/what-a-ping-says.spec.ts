import { expect, it } from '@jest/globals';
import { pingServers } from '../../../../lib/redis/connection/ping.js';
import type { RedisConnection } from '../../../../lib/redis/connection/redis-connection.js';

/** A connection to one server, which is not connected now. */
const connectionTo = (...states: object[]): RedisConnection =>
  ({
    where: 'Redis at 10.0.0.5:6379',
    connect: async () => undefined,
    nodes: { all: () => states.map((state) => ({ redis: { status: 'connecting' }, state })) },
  }) as unknown as RedisConnection;

it('a server without a connection has not answered, whatever is thought of it', async () => {
  const state = { where: 'Redis at 10.0.0.5:6379', state: 'refused', reason: 'it is a replica' };
  expect(await pingServers(connectionTo(state), 100)).toEqual([
    { server: state.where, ok: false, state: 'refused', latencyMs: undefined, reason: 'it is a replica' },
  ]);
});

it('a Cluster of which no node is known is unreachable', async () => {
  expect(await pingServers(connectionTo(), 100)).toEqual([
    { server: 'Redis at 10.0.0.5:6379', ok: false, state: 'unreachable', latencyMs: undefined },
  ]);
});
