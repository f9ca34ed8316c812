import { setTimeout as pause } from 'node:timers/promises';
import { DEADLINE_MS } from '../app/protocol.js';
import { fault } from './fault.js';

/** One master of the Cluster is stopped for longer than the deadline, and goes on. */
export const nodeFreeze = fault('cluster', 'node-freeze', async ({ arena, observer, random }) => {
  const { pid } = random.pick(arena.servers);
  const ms = random.between(3 * DEADLINE_MS, 6 * DEADLINE_MS);
  const frozen = observer.watchReads();
  process.kill(pid as number, 'SIGSTOP');
  await pause(ms);
  process.kill(pid as number, 'SIGCONT');
  return { note: `for ${ms} ms`, frozen };
});

/** One master of the Cluster crashes and comes back empty. */
export const nodeKill = fault('cluster', 'node-kill', async ({ arena, random }) => {
  const server = random.pick(arena.servers);
  const ms = random.between(100, 800);
  await server.down('SIGKILL');
  await pause(ms);
  await server.up();
  return { note: `down for ${ms} ms` };
});
