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

/** `promise` resolves after a time, unless it is stopped. */
export interface Alarm {
  readonly promise: Promise<void>;
  readonly stop: () => void;
}

/** Rings after so many milliseconds. */
export function alarm(timers: Timers, ms: number): Alarm {
  let ring!: () => void;
  const promise = new Promise<void>((resolve) => (ring = resolve));
  const timer = timers.set(ring, ms);
  return { promise, stop: () => timer.close?.() };
}

/** `promise` rejects with the signal's reason when it aborts, unless it is stopped. */
export function abortOf(signal: AbortSignal): { readonly promise: Promise<never>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    // What the reason is, is the caller's affair.
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    stop = () => signal.removeEventListener('abort', abort);
  });
  return { promise, stop };
}
