import type { GenerationStore } from '../../contracts/generation-store.js';
import type { CasProvider, ScopeLimits } from '../../contracts/provider.js';
import type { NamespaceKeys } from '../../keys/namespace-keys.js';
import { askOptional } from '../support/ask-optional.js';
import type { Reporter } from '../support/reporter.js';

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
  reporter: Reporter,
): Scoped<CasProvider<S>> {
  const view = askOptional(reporter.faultsOf('get'), () => provider.scope?.(keys.valuePrefix, limits), undefined);
  return view === undefined ? { store: provider, nameOf: keys.value } : { store: view, nameOf: itself };
}

export function scopedGenerations(
  store: GenerationStore,
  keys: NamespaceKeys,
  reporter: Reporter,
): Scoped<GenerationStore> {
  const view = askOptional(reporter.faultsOf('get'), () => store.scope?.(keys.generationPrefix), undefined);
  return view === undefined ? { store, nameOf: keys.generation } : { store: view, nameOf: itself };
}
