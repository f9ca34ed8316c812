import { setTimeout as pause } from 'node:timers/promises';
import { LEASE_MS } from '../app/protocol.js';
import { fault } from './fault.js';

/**
 * A replica of the application stands still (SIGSTOP), as on a machine that sleeps, and then goes on with what it knew;
 * in every other injection Redis stands still meanwhile, too, for a part of that time.
 */
export const sleep = fault('standalone', 'sleep', async ({ arena, observer, random }) => {
  const replica = random.pick([...observer.replicas.keys()]);
  const ms = random.chance(0.5) ? random.between(100, 400) : random.between(2 * LEASE_MS, 3 * LEASE_MS);
  const withRedis = random.chance(0.5);
  const asleep = async (): Promise<void> => {
    observer.signal(replica, 'SIGSTOP');
    const pid = arena.server.pid as number;
    if (withRedis) process.kill(pid, 'SIGSTOP');
    await pause(ms / 2);
    if (withRedis) process.kill(pid, 'SIGCONT');
    await pause(ms / 2);
    observer.signal(replica, 'SIGCONT');
  };
  // A writer that sleeps past its lease has lost its intents, and writes when it wakes.
  await (ms < LEASE_MS / 3 ? asleep() : observer.losingIntents(asleep));
  return { note: `replica ${replica}${withRedis ? ', and Redis,' : ''} for ${ms} ms` };
});
