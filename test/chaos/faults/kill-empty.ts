import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { fault } from './fault.js';
import type { Injected } from './fault.js';

/** kill -9, and a restart without any data. */
export const killEmpty = fault('standalone', 'kill-empty', ({ arena, random }) => killServer(arena.server, random));

/** The same, for one master of the Cluster. */
export const nodeKill = fault('cluster', 'node-kill', ({ arena, random }) =>
  killServer(random.pick(arena.servers), random),
);

async function killServer(server: RedisServer, random: Random): Promise<Injected> {
  const ms = random.between(100, 900);
  await server.down('SIGKILL');
  await pause(ms);
  await server.up();
  return { note: `down for ${ms} ms` };
}
