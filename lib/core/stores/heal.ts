import type { Awaitable } from '../../contracts/awaitable.js';
import type { UnusableReason } from '../../contracts/outcomes.js';
import type { Reporter } from '../support/reporter.js';
import { attempt } from '../../common/attempt.js';

/**
 * Deletes an entry that cannot be served, without waiting for it: the miss is certain, and a delete that comes late
 * costs a miss at most.
 *
 * @param key undefined for a bulk entry
 * @param cause what the wire format or the codec said of it
 */
export function heal(
  reporter: Reporter,
  key: string | undefined,
  reason: UnusableReason,
  remove: () => Awaitable<unknown>,
  cause?: unknown,
): void {
  reporter.heal(key, reason, cause);
  void attempt(remove).then((removed) => {
    if (removed instanceof Error) reporter.fault('heal', key, removed);
  });
}
