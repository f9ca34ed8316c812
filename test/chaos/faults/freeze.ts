import { setTimeout as pause } from 'node:timers/promises';
import { DEADLINE_MS } from '../app/protocol.js';
import { fault } from './fault.js';

/** SIGSTOP for longer than the deadline, then SIGCONT. */
export const freeze = fault('standalone', 'freeze', async ({ arena, observer, random }) => {
  const pid = arena.server.pid as number;
  const ms = random.between(3 * DEADLINE_MS, 8 * DEADLINE_MS);
  const frozen = observer.watchReads();
  process.kill(pid, 'SIGSTOP');
  await pause(ms);
  process.kill(pid, 'SIGCONT');
  return { note: `for ${ms} ms`, frozen };
});
