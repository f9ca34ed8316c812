import type { ResolvedNamespaceOptions } from '../options/namespace-options.js';
import type { Stores } from '../stores/select-backend.js';
import { isolatorOf } from '../values/isolation.js';
import type { Isolator } from '../values/isolation.js';
import type { ValueRules } from '../values/value-rules.js';

/** Hits that are decoded for each caller belong to it alone, unless it has promised not to write to them. */
export function requestIsolator({ isolation }: ResolvedNamespaceOptions, stores: Stores, rules: ValueRules): Isolator {
  const held = stores.provider.holds === 'values' || stores.near !== undefined;
  const isolator = isolatorOf(held || isolation === 'reference' ? isolation : 'copy', rules.copiers);
  if (held || stores.codec.keepsClasses !== true) return isolator;
  // Such a codec may make what cannot be copied.
  const keepHit = <V>(hit: V): V => {
    rules.assertKept('', hit);
    return isolator.keepHit(hit);
  };
  return { ...isolator, keepHit };
}
