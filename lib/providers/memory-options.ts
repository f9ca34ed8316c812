import { CasConfigError } from '../errors.js';
import { DEFAULT_MAX_ENTRIES, MOST_IN_A_MAP, maxEntries } from '../common/options/bounds.js';
import { callable, count, duration, oneOf } from '../common/options/kinds.js';
import { Options, tellShort } from '../common/options/option.js';
import type { OptionTable } from '../common/options/option.js';
import type { Ttl } from '../common/ttl.js';

/** How many entries a provider (or a scope of it) holds when no bound is given. */
export const DEFAULT_MEMORY_MAX_ENTRIES = DEFAULT_MAX_ENTRIES;

export interface MemoryProviderOptions {
  /**
   * `'values'` (default): live objects of this process, no codec on a hit. `'bytes'`: frames, whose memory can be
   * bounded exactly. `'bytes'` is the default where `maxBytes` is given.
   */
  readonly holds?: 'bytes' | 'values' | undefined;
  /**
   * Entries at most, 1 to 16,000,000; least recently used first out. In values mode each scope has this bound for
   * itself. Default 10,000, or none but `maxBytes` where that is given.
   */
  readonly maxEntries?: number | undefined;
  /**
   * Bytes at most: frames plus the UTF-8 bytes of their keys. What the engine needs to keep an entry is not counted.
   * Only for `'bytes'`.
   */
  readonly maxBytes?: number | undefined;
  /** One life for every entry, whatever ttl it was set with, as BigCache does it. */
  readonly lifeWindow?: Ttl | undefined;
  /**
   * Milliseconds that only grow; entries expire by it. Default `performance.now`, which no change of the system clock
   * moves.
   */
  readonly clock?: (() => number) | undefined;
}

export interface MemoryLimits {
  readonly holds: 'bytes' | 'values';
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly lifeWindow: number | undefined;
  readonly clock: () => number;
}

const MEMORY = new Options({
  holds: oneOf(['bytes', 'values'], undefined),
  maxEntries: maxEntries(MOST_IN_A_MAP),
  maxBytes: count(undefined),
  lifeWindow: duration(undefined),
  clock: callable<() => number>(),
} satisfies OptionTable<MemoryProviderOptions>);

const PROVIDER = { name: (option: string) => `${option} of MemoryProvider`, onShort: tellShort };

/** @throws CasConfigError, CasTtlError for a bound that cannot be kept. */
export function resolveMemoryOptions(options: MemoryProviderOptions): MemoryLimits {
  const { maxBytes, lifeWindowMs, clock, ...given } = MEMORY.resolve(options, PROVIDER);
  const holds = given.holds ?? (maxBytes === undefined ? 'values' : 'bytes');
  if (maxBytes !== undefined && holds === 'values') {
    throw new CasConfigError(
      "MemoryProvider: the size of live values is not known, so maxBytes needs holds: 'bytes'. Bound values with maxEntries.",
    );
  }
  const boundedByBytes = maxBytes !== undefined && options.maxEntries === undefined;
  return Object.freeze({
    holds,
    maxEntries: boundedByBytes ? MOST_IN_A_MAP : given.maxEntries,
    maxBytes: maxBytes ?? Number.MAX_SAFE_INTEGER,
    lifeWindow: lifeWindowMs,
    clock: clock ?? (() => performance.now()),
  });
}

/** The bound of a scope. @throws CasConfigError */
export function checkMaxEntries(given: number): number {
  return MEMORY.resolveOne({ maxEntries: given }, 'maxEntries', PROVIDER);
}
