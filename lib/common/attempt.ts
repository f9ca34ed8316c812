import type { Awaitable } from '../contracts/awaitable.js';

/** Whether an answer of a store is still to come. Answers that are there at once keep a read synchronous. */
export function isPending<T>(answer: Awaitable<T>): answer is PromiseLike<T> {
  return typeof (answer as PromiseLike<T> | undefined)?.then === 'function';
}

/**
 * As `isPending`, of what was made in this package: there a promise is a promise. To look for a `then` in the values of
 * users, of ever other shapes, takes longer than to find them.
 */
export function isPromise<T>(answer: T | Promise<T>): answer is Promise<T> {
  return answer instanceof Promise;
}

/** The error of a call that may throw or reject, in place of its answer. */
export async function attempt<T>(call: () => Awaitable<T>): Promise<T | Error> {
  try {
    return await call();
  } catch (cause) {
    return asError(cause);
  }
}

/** Stores may throw anything; what is not an `Error` becomes the cause of one. */
export function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('A store failed with something that is not an Error.', { cause });
}
