import type { TimerHandle, Timers } from '../../common/timers.js';

export interface Bound {
  /** Also ends the wait, which throws its reason then. */
  readonly signal?: AbortSignal | undefined;
  /** The wait keeps no process alive. */
  readonly inBackground?: boolean | undefined;
}

/**
 * What the work comes to, or `'late'` when it takes longer. For a wait with a bound of its own: where many operations
 * have the same deadline, `Deadlines` spares each its timer.
 */
export async function withTimeout<T>(
  work: Promise<T>,
  ms: number,
  timers: Timers,
  { signal, inBackground = false }: Bound = {},
): Promise<{ readonly value: T } | 'late'> {
  const late = alarm(timers, ms, inBackground);
  const aborted = signal && abortOf(signal);
  const ends = [work.then((value) => ({ value })), late.promise.then(() => 'late' as const)];
  try {
    return await Promise.race(aborted === undefined ? ends : [...ends, aborted.promise]);
  } finally {
    late.stop();
    aborted?.stop();
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
export function alarm(timers: Timers, ms: number, inBackground = false): Alarm {
  let ring!: () => void;
  const promise = new Promise<void>((resolve) => (ring = resolve));
  const timer = timers.set(ring, ms);
  if (inBackground) timer.unref();
  return { promise, stop: () => callOff(timer) };
}

/** Timers that cannot be called off at least keep no process alive. */
export function callOff(timer: TimerHandle | undefined): void {
  timer?.unref();
  timer?.close?.();
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
