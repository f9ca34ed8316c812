import { SYSTEM_TIMERS } from '../../common/timers.js';
import type { TimerHandle } from '../../common/timers.js';

/** How long a server may take to say goodbye before its connection is dropped. */
const QUIT_MS = 500;

export async function withinQuitTime(quit: Promise<unknown>): Promise<void> {
  let timer: TimerHandle | undefined;
  const late = new Promise<void>((resolve) => {
    timer = SYSTEM_TIMERS.set(resolve, QUIT_MS);
  });
  await Promise.race([quit, late]);
  timer?.close?.();
}
