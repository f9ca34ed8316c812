import type { Awaitable } from '../contracts/awaitable.js';
import type { InspectedEntry } from '../contracts/inspection.js';
import type { CasProvider } from '../contracts/provider.js';

/**
 * The copies that a provider holds under a key, the nearest first: by a look where it has one, and otherwise by a read,
 * of which it may take note.
 */
export function inspectEntries<S>(
  provider: Pick<CasProvider<S>, 'get' | 'inspect' | 'remainingTtl'>,
  key: string,
): Awaitable<readonly InspectedEntry<S>[]> {
  return provider.inspect === undefined ? inspectByReading(provider, key) : provider.inspect(key);
}

/** Both questions in one tick, so that they can travel together. */
async function inspectByReading<S>(
  provider: Pick<CasProvider<S>, 'get' | 'remainingTtl'>,
  key: string,
): Promise<readonly InspectedEntry<S>[]> {
  const [entry, remainingMs] = await Promise.all([provider.get(key), provider.remainingTtl?.(key)]);
  return entry === undefined ? [] : [{ entry, remainingMs }];
}
