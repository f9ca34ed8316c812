/**
 * An answer that may be there at once. Stores that need no I/O answer without a promise, and reads of them stay
 * synchronous.
 */
export type Awaitable<T> = T | PromiseLike<T>;
