import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../arenas/ask.js';
import { fault } from './fault.js';

/** CLIENT KILL of every connection, several times, in the middle of whatever they were doing. */
export const clientKill = fault('standalone', 'client-kill', async ({ arena, random }) => {
  const times = random.between(2, 4);
  let killed = 0;
  for (let i = 0; i < times; i++) {
    killed += Number(await ask(arena.server, (client) => client.call('client', 'KILL', 'TYPE', 'normal')));
    await pause(random.between(20, 300));
  }
  return { note: `${killed} connections, in ${times} goes` };
});
