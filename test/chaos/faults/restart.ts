import { setTimeout as pause } from 'node:timers/promises';
import { fault } from './fault.js';
import { underWrites } from './under-writes.js';

const PER_SECOND = 200;

/** Redis restarts within a second while the application writes. */
export const restart = fault('standalone', 'restart', async (scene) => {
  const { server } = scene.arena;
  let away = 0;
  const writes = await underWrites(scene, PER_SECOND, async () => {
    await pause(500);
    const begun = performance.now();
    await server.down('SIGKILL');
    await pause(scene.random.between(0, 500));
    await server.up();
    away = performance.now() - begun;
    await pause(1_000);
  });
  return { note: `away for ${Math.round(away)} ms`, writes };
});
