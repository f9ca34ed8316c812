import { Buffer } from 'node:buffer';

import type { Awaitable } from '../contracts/awaitable.js';

/** What a call that may throw or reject came to, in place of its answer where it failed. */
export class Fault {
  constructor(readonly cause: unknown) {}
}

export async function attempt<T>(call: () => Awaitable<T>): Promise<T | Fault> {
  try {
    return await call();
  } catch (cause) {
    return new Fault(cause);
  }
}

/** The fault of a call that every tier failed. */
export function allFailed(causes: readonly unknown[]): unknown {
  if (causes.length === 1) return causes[0];
  return new AggregateError(causes, 'Every tier of the provider failed; `errors` has the cause of each.', {
    cause: causes.at(-1),
  });
}

/** Whether two copies are of one entry: the same bytes, or the very same live entry. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  return one instanceof Uint8Array && other instanceof Uint8Array && Buffer.compare(one, other) === 0;
}
