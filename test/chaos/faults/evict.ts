import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../arenas/ask.js';
import { fault } from './fault.js';

const PAYLOAD = 'x'.repeat(20_000);

/** maxmemory with allkeys-lru, while somebody else fills the server. Open cells are evicted like the rest. */
export const evict = fault('standalone', 'evict', async ({ arena, observer, random }) => {
  const ms = random.between(800, 1_500);
  let evicted = 0;
  await observer.losingIntents(() =>
    ask(arena.server, async (client) => {
      const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await client.config('SET', 'maxmemory', String(used + 200_000));
      for (let i = 0, end = Date.now() + ms; Date.now() < end; i++) {
        await client.set(`filler:${i}`, PAYLOAD, 'PX', 60_000);
        if (i % 4 === 3) await pause(5);
      }
      evicted = Number(/evicted_keys:(\d+)/.exec(await client.info('stats'))?.[1]);
      await client.config('SET', 'maxmemory', '0');
      await client.config('RESETSTAT');
    }),
  );
  return { note: `${evicted} keys in ${ms} ms` };
});
