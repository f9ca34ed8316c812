import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when the condition holds. Only for what happens outside of this process, where nothing can be awaited. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  what: string,
  limitMs = 60_000,
): Promise<void> {
  for (const end = Date.now() + limitMs; !(await condition()); await pause(10)) {
    if (Date.now() > end) throw new Error(`it never happened that ${what}`);
  }
}

/** Whether the work succeeds now. */
export async function works(work: () => Promise<unknown>): Promise<boolean> {
  return work().then(
    () => true,
    () => false,
  );
}
