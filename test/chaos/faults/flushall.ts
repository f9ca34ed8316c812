import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../arenas/ask.js';
import { fault } from './fault.js';

/** FLUSHALL, several times. Open cells are lost with the rest. */
export const flushall = fault('standalone', 'flushall', async ({ arena, observer, random }) => {
  const times = random.between(2, 5);
  await observer.losingIntents(async () => {
    for (let i = 0; i < times; i++) {
      await ask(arena.server, (client) => client.flushall());
      await pause(random.between(0, 200));
    }
  });
  return { note: `${times} times` };
});
