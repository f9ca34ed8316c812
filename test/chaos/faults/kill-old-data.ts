import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../arenas/ask.js';
import { fault } from './fault.js';

/** kill -9, and a restart with a snapshot from before the last invalidations. */
export const killOldData = fault('standalone', 'kill-old-data', async ({ arena, random }) => {
  const { server } = arena;
  const [, dir] = (await ask(server, (client) => client.config('GET', 'dir'))) as [string, string];
  await ask(server, (client) => client.save());
  const age = random.between(500, 1_200);
  await pause(age);
  await server.down('SIGKILL');
  await pause(random.between(0, 300));
  await server.up();
  await rm(join(dir, 'dump.rdb'));
  return { note: `back with data of ${age} ms earlier` };
});
