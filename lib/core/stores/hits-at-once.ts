/**
 * Hits that are found in this process, in one step, with nothing about them out of the ordinary: without an object but
 * the promise, and without that where callers may share one. `undefined` says nothing of the key: `read` has to tell.
 */
export interface HitsAtOnce<V> {
  answerAtOnce(key: string): Promise<V> | undefined;
  /** As `answerAtOnce`, without a promise. */
  valueAtOnce(key: string): V | undefined;
}
