import type { Timers } from '../../common/timers.js';

/** What the work comes to, or `'late'` when it takes longer. */
export async function withTimeout<T>(
  work: Promise<T>,
  ms: number,
  timers: Timers,
): Promise<{ readonly value: T } | 'late'> {
  const { promise, stop } = alarm(timers, ms);
  try {
    return await Promise.race([work.then((value) => ({ value })), promise.then(() => 'late' as const)]);
  } finally {
    stop();
    // No caller may be left to hear of it.
    work.catch(() => undefined);
  }
}

/** Resolves after so many milliseconds, unless it is stopped. */
export function alarm(timers: Timers, ms: number): { readonly promise: Promise<void>; readonly stop: () => void } {
  let ring!: () => void;
  const promise = new Promise<void>((resolve) => (ring = resolve));
  const timer = timers.set(ring, ms);
  return { promise, stop: () => timer.close?.() };
}
