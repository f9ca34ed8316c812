import { CasConfigError } from '../errors.js';

/** How many entries a provider (or a scope of it) holds when no bound is given. */
export const DEFAULT_MEMORY_MAX_ENTRIES = 10_000;

/** A JavaScript `Map` takes 2^24 entries and then throws: the largest bound that can be kept. */
const MOST_ENTRIES = 16_000_000;

export interface MemoryProviderOptions {
  /**
   * `'values'` (default): live objects of this process, no codec on a hit. `'bytes'`: frames, whose memory can be bounded
   * exactly. `'bytes'` is the default where `maxBytes` is given.
   */
  readonly holds?: 'bytes' | 'values' | undefined;
  /** Entries at most, 1 to 16,000,000; least recently used first out. In values mode each scope has this bound for itself. Default 10,000, or none but `maxBytes` where that is given. */
  readonly maxEntries?: number | undefined;
  /** Bytes at most: frames plus the UTF-8 bytes of their keys. What the engine needs to keep an entry is not counted. Only for `'bytes'`. */
  readonly maxBytes?: number | undefined;
  /** Milliseconds. One life for every entry, whatever ttl it was set with, as BigCache does it. */
  readonly lifeWindow?: number | undefined;
  /** Milliseconds that only grow; entries expire by it. Default `performance.now`, which no change of the system clock moves. */
  readonly clock?: (() => number) | undefined;
}

export interface MemoryLimits {
  readonly holds: 'bytes' | 'values';
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly lifeWindow: number | undefined;
  readonly clock: () => number;
}

/** @throws CasConfigError for a bound that cannot be kept. */
export function resolveMemoryOptions(options: MemoryProviderOptions): MemoryLimits {
  const { maxBytes, lifeWindow } = options;
  const holds = options.holds ?? (maxBytes === undefined ? 'values' : 'bytes');
  if (holds !== 'bytes' && holds !== 'values') {
    throw new CasConfigError(`MemoryProvider: holds is 'bytes' or 'values', not ${String(holds)}.`);
  }
  if (maxBytes !== undefined && holds === 'values') {
    throw new CasConfigError(
      "MemoryProvider: the size of live values is not known, so maxBytes needs holds: 'bytes'. Bound values with maxEntries.",
    );
  }
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes > 0)) {
    throw new CasConfigError(`MemoryProvider: maxBytes is a positive whole number of bytes, not ${maxBytes}.`);
  }
  if (lifeWindow !== undefined && !(lifeWindow > 0)) {
    throw new CasConfigError(`MemoryProvider: lifeWindow is a positive number of milliseconds, not ${lifeWindow}.`);
  }
  return Object.freeze({
    holds,
    maxEntries: checkMaxEntries(
      options.maxEntries ?? (maxBytes === undefined ? DEFAULT_MEMORY_MAX_ENTRIES : MOST_ENTRIES),
    ),
    maxBytes: maxBytes ?? Number.MAX_SAFE_INTEGER,
    lifeWindow,
    clock: options.clock ?? (() => performance.now()),
  });
}

/** @throws CasConfigError */
export function checkMaxEntries(maxEntries: number): number {
  if (Number.isInteger(maxEntries) && maxEntries > 0 && maxEntries <= MOST_ENTRIES) return maxEntries;
  throw new CasConfigError(
    `MemoryProvider: maxEntries is a whole number from 1 to ${MOST_ENTRIES}, not ${maxEntries}.`,
  );
}
