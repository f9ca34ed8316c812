import type { GenerationStore } from '../../contracts/generation-store.js';
import type { CasProvider, ScopeLimits } from '../../contracts/provider.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';

/** A store as one namespace uses it, and how it wants the keys of that namespace. */
export interface Scoped<S> {
  readonly store: S;
  readonly nameOf: (key: string) => string;
}

const itself = (key: string): string => key;

/** A view of the namespace's own where the provider has such, which is given keys as they are. */
export function scopedEntries<S>(
  provider: CasProvider<S>,
  keys: NamespaceKeys,
  limits: ScopeLimits,
): Scoped<CasProvider<S>> {
  const view = provider.scope?.(keys.valuePrefix, limits);
  return view === undefined ? { store: provider, nameOf: keys.value } : { store: view, nameOf: itself };
}

export function scopedGenerations(store: GenerationStore, keys: NamespaceKeys): Scoped<GenerationStore> {
  const view = store.scope?.(keys.generationPrefix);
  return view === undefined ? { store, nameOf: keys.generation } : { store: view, nameOf: itself };
}
