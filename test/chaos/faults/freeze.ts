import { setTimeout as pause } from 'node:timers/promises';
import { DEADLINE_MS } from '../app/protocol.js';
import type { Observer } from '../observer/observer.js';
import type { Random } from '../random.js';
import type { RedisServer } from '../../support/redis/redis-server.mjs';
import { fault } from './fault.js';
import type { Injected } from './fault.js';

/** SIGSTOP for longer than the deadline, then SIGCONT. */
export const freeze = fault('standalone', 'freeze', ({ arena, observer, random }) =>
  freezeServer(arena.server, observer, random),
);

/** The same, for one master of the Cluster. */
export const nodeFreeze = fault('cluster', 'node-freeze', ({ arena, observer, random }) =>
  freezeServer(random.pick(arena.servers), observer, random),
);

async function freezeServer(server: RedisServer, observer: Observer, random: Random): Promise<Injected> {
  const pid = server.pid as number;
  const ms = random.between(3 * DEADLINE_MS, 8 * DEADLINE_MS);
  const frozen = await observer.watchReads(async () => {
    process.kill(pid, 'SIGSTOP');
    await pause(ms);
  });
  process.kill(pid, 'SIGCONT');
  return { note: `for ${ms} ms`, frozen };
}
