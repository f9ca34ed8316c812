import { isPending } from '../../common/attempt.js';

/**
 * What an optional method of a store answers at once, and `otherwise` where it fails or answers later: a method that a
 * store need not have must not cost what the store can do without it.
 *
 * @param failed told why
 */
export function askOptional<T>(failed: (cause: unknown) => void, ask: () => T, otherwise: T): T {
  try {
    const answer = ask();
    if (!isPending(answer)) return answer;
    answer.then(undefined, failed);
  } catch (cause) {
    failed(cause);
  }
  return otherwise;
}
