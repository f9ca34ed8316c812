import type { CasProvider } from '../../contracts/provider.js';
import { CasConfigError } from '../../errors.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';

/**
 * Removes every entry that holds one of the keys, of whichever version, bulk entries included. A provider that cannot
 * find them gives up all entries of the namespace: too much goes, never too little.
 *
 * @throws what the provider does; CasConfigError when it can do neither
 */
export async function eraseEntries(
  provider: CasProvider,
  names: NamespaceKeys,
  keys: readonly string[],
): Promise<void> {
  const { namespace } = names;
  if (provider.erase !== undefined) return provider.erase(namespace, keys);
  if (provider.clear === undefined) {
    const message = `The provider of namespace "${namespace}" cannot erase: give it \`erase\`, or \`clear\`.`;
    throw new CasConfigError(message, { namespace });
  }
  for (const prefix of names.entryPrefixes()) await provider.clear(prefix);
}
