import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../arenas/ask.js';
import type { Random } from '../random.js';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { until } from '../../support/redis/until.js';
import { fault } from './fault.js';
import type { Injected } from './fault.js';

/** kill -9, and a restart without any data. */
export const killEmpty = fault('standalone', 'kill-empty', ({ arena, random }) => killServer(arena.server, random));

/** The same, for one master of the Cluster. It takes its slots back only some time after it has started. */
export const nodeKill = fault('cluster', 'node-kill', async ({ arena, random }) => {
  const server = random.pick(arena.servers);
  const injected = await killServer(server, random);
  await until(
    () => ask(server, async (client) => (await client.cluster('INFO')).includes('cluster_state:ok')),
    'the node was back in the Cluster',
  );
  return injected;
});

async function killServer(server: RedisServer, random: Random): Promise<Injected> {
  const ms = random.between(100, 900);
  await server.down('SIGKILL');
  await pause(ms);
  await server.up();
  return { note: `down for ${ms} ms` };
}
