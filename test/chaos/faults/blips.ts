import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../arenas/ask.js';
import { fault } from './fault.js';
import { underWrites } from './under-writes.js';

const PER_SECOND = 200;
const MS = 4_000;

/** CLIENT KILL of one connection after the other, at random, under load. */
export const blips = fault('standalone', 'blips', async (scene) => {
  const { arena, random } = scene;
  let kills = 0;
  const writes = await underWrites(scene, PER_SECOND, () =>
    ask(arena.server, async (client) => {
      const own = await client.client('ID');
      for (const end = performance.now() + MS; performance.now() < end; await pause(random.between(1, 20))) {
        const list = String(await client.call('client', 'LIST', 'TYPE', 'normal'));
        const ids = [...list.matchAll(/^id=(\d+)/gm)].map(([, id]) => Number(id)).filter((id) => id !== own);
        if (ids.length > 0) kills += Number(await client.call('client', 'KILL', 'ID', random.pick(ids)));
      }
    }),
  );
  return { note: `${kills} connections, one by one, in ${MS} ms`, writes: { ...writes, kills } };
});
