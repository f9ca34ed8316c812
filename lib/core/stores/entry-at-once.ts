import type { Awaitable } from '../../contracts/awaitable.js';
import { isPending } from '../../common/attempt.js';

/** The provider did not answer at once, or failed: a read that follows asks it again, and reports that. */
export const UNKNOWN = Symbol('unknown');

/** What a provider holds, where it says so at once. */
export function entryAtOnce<S>(
  entries: { get(name: string): Awaitable<S | undefined> },
  name: string,
): S | undefined | typeof UNKNOWN {
  try {
    const entry = entries.get(name);
    if (!isPending(entry)) return entry;
    entry.then(undefined, () => undefined);
  } catch {
    // The read that follows fails as well.
  }
  return UNKNOWN;
}
