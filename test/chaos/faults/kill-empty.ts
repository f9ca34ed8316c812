import { setTimeout as pause } from 'node:timers/promises';
import { fault } from './fault.js';

/** kill -9, and a restart without any data. */
export const killEmpty = fault('standalone', 'kill-empty', async ({ arena, random }) => {
  const ms = random.between(100, 900);
  await arena.server.down('SIGKILL');
  await pause(ms);
  await arena.server.up();
  return { note: `down for ${ms} ms` };
});
