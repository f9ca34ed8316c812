import type { Awaitable } from '../../contracts/awaitable.js';
import type { Generation } from '../../contracts/generation-store.js';
import type { CasProvider } from '../../contracts/provider.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import type { Reporter } from '../support/reporter.js';
import { asError, attempt } from '../../common/attempt.js';

/**
 * Ends the generation of each key, then deletes its entry. In this order, so that the first half alone is enough: an
 * entry deleted first can be put back by a slow reader whose generation is still current, and would be served until its
 * ttl if the process died before its bump. Both halves are always tried, because an entry that is gone is not served
 * either.
 */
export async function invalidateBoth(
  keys: readonly string[],
  reporter: Reporter,
  bump: (keys: readonly string[]) => Promise<readonly (Generation | Error)[]>,
  remove: (keys: readonly string[]) => Promise<readonly (undefined | Error)[]>,
  onBumped: (bumped: readonly (Generation | Error)[]) => void,
): Promise<readonly (Generation | Error)[]> {
  const bumped = await attempt(() => bump(keys));
  onBumped(bumped instanceof Error ? keys.map(() => bumped) : bumped);
  const removed = await attempt(() => remove(keys));
  return keys.map((key, i) => {
    const generation = bumped instanceof Error ? bumped : bumped[i];
    const deleteFault = removed instanceof Error ? removed : removed[i];
    if (typeof generation === 'number') {
      // The generation has ended, so an entry left behind serves no read.
      if (deleteFault !== undefined) reporter.fault('invalidate', key, deleteFault);
      return generation;
    }
    return failure(asError(generation), deleteFault);
  });
}

/** Why a key could not be invalidated: its bump failed, and perhaps the delete too. */
export function failure(bumpFault: Error, deleteFault: Error | undefined): Error {
  if (deleteFault === undefined) return bumpFault;
  const message = 'Neither could the generation be bumped nor the entry be deleted; `errors` has both causes.';
  return new AggregateError([bumpFault, deleteFault], message, { cause: bumpFault });
}

/** Ends every generation of a namespace, then frees what its entries take; always tries both. */
export async function clearBoth(endGenerations: () => Awaitable<void>, free: () => Promise<void>): Promise<void> {
  const ended = await attempt(endGenerations);
  await free();
  if (ended instanceof Error) throw ended;
}

/**
 * Removes the entries of a namespace, or those whose keys begin with `part`, where the provider can. Never flushes:
 * others live in the store too.
 */
export async function freeEntries(
  provider: CasProvider,
  keys: NamespaceKeys,
  reporter: Reporter,
  part: string,
): Promise<void> {
  const passes =
    provider.clearNamespace === undefined || part !== ''
      ? keys.entryPrefixes(part).map((prefix) => () => provider.clear?.(prefix))
      : [() => provider.clearNamespace?.(keys.namespace)];
  for (const pass of passes) {
    const freed = await attempt(pass);
    if (freed instanceof Error) reporter.fault('clear', undefined, freed);
  }
}
