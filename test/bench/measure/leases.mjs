import { setTimeout as pause } from 'node:timers/promises';

/** Until the process may answer from memory alone. */
export async function untilHolding(cache) {
  for (let looks = 0; looks < 1_000; looks++) {
    if (cache.stats().readLeases.holding) return;
    await pause(10);
  }
  throw new Error('no read lease was had');
}
