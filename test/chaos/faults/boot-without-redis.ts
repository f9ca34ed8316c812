import { setTimeout as pause } from 'node:timers/promises';
import { fault } from './fault.js';
import type { Scene } from './fault.js';
import type { StandaloneArena } from '../arenas/standalone.js';

/** Every replica of the application boots while there is no Redis; it comes later. */
export const bootWithoutRedis = fault('standalone', 'boot-without-redis', async (scene) => {
  const { server } = scene.arena;
  await server.down('SIGKILL');
  const frozen = await bootAndServe(scene);
  await server.up();
  return { note: 'it came later, empty', frozen };
});

/** The same while Redis takes connections and answers nothing. */
export const bootWhileFrozen = fault('standalone', 'boot-while-frozen', async (scene) => {
  const pid = scene.arena.server.pid as number;
  process.kill(pid, 'SIGSTOP');
  const frozen = await bootAndServe(scene);
  process.kill(pid, 'SIGCONT');
  return { note: 'it answered later', frozen };
});

async function bootAndServe({ observer, random, startReplica }: Scene<StandaloneArena>) {
  const replicas = [...observer.replicas.keys()];
  await Promise.all(replicas.map((replica) => observer.kill(replica)));
  await Promise.all(replicas.map(startReplica));
  return observer.watchReads(() => pause(random.between(1_000, 2_000)));
}
