import type { CasProvider } from '../contracts/provider.js';
import { CasConfigError } from '../errors.js';

/** One of the providers that a `TieredProvider` is made of. */
export interface ProviderTier<S = unknown> {
  /** What faults call it. */
  readonly name: string;
  readonly provider: CasProvider<S>;
  /** The longest that an entry stays in this tier, in milliseconds. Default: as long as it was stored for. */
  readonly ttl?: number | undefined;
}

/** What a tier was asked for when it failed. `warm`: to keep a copy of what a tier behind it had. */
export type TierOperation = 'get' | 'set' | 'warm' | 'delete' | 'clear' | 'close';

/** Hears of the fault of a tier, which fails no call while another tier can answer it. */
export type OnTierFault = (name: string, operation: TierOperation, cause: unknown) => void;

/** @throws CasConfigError for tiers that cannot work together */
export function checkTiers<S>(tiers: readonly ProviderTier<S>[]): readonly ProviderTier<S>[] {
  const [first] = tiers;
  if (first === undefined) throw new CasConfigError('TieredProvider: give at least one tier, the nearest first.');
  const names = new Set<string>();
  for (const { name, provider, ttl } of tiers) {
    if (typeof name !== 'string' || name === '' || names.has(name)) {
      throw new CasConfigError('TieredProvider: give each tier a name of its own, such as "process".');
    }
    names.add(name);
    if (ttl !== undefined && !(ttl > 0)) {
      throw new CasConfigError(`TieredProvider: the ttl of tier "${name}" is a positive number of milliseconds.`);
    }
    if (provider.holds !== first.provider.holds) {
      throw new CasConfigError(
        `TieredProvider: tier "${first.name}" holds ${first.provider.holds} and tier "${name}" ${provider.holds}, and an entry is stored in both as it is. Give them tiers of one kind (new MemoryProvider({ maxBytes }) holds bytes); for values in process in front of bytes use topology 'tiered'.`,
      );
    }
  }
  return Object.freeze(tiers.map((tier) => Object.freeze({ ...tier })));
}
