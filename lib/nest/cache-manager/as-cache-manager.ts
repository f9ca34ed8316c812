import { parseTtl } from '../../common/ttl.js';
import { currentScope } from '../../core/writing/transaction-scope.js';
import { CasConfigError, CasUnavailableError } from '../../errors.js';
import type { CasCacheManager, CasCacheManagerOptions, CasManagerItem, ManagedCache } from './cas-cache-manager.js';
import { ManagerEvents } from './manager-events.js';
import { millis, wrapping } from './wrapping.js';

/**
 * Lets code that was written against cache-manager (`@Inject(CACHE_MANAGER) cache: Cache`) run on a cache of this
 * package: `{ provide: CACHE_MANAGER, inject: [CasCacheRegistry], useFactory: (registry) =>
 * asCacheManager(registry.get('user')) }`.
 *
 * - `wrap` is `getOrLoad`: what was invalidated while it was loaded is not stored.
 * - `del`, `mdel` and `clear` invalidate, with every promise of `invalidate`, and throw as it does when that failed.
 * - `set` and `mset` invalidate what is there, then store. They reject with `CasUnavailableError` when the store
 *   refused a value or did not answer; what was overtaken by another write, and what a disabled cache does not store,
 *   resolves. They cannot know whether the value is older than an earlier invalidation: `get`, load and `set` by a slow
 *   reader puts an old value back until its ttl, as in cache-manager. Use `wrap`, or the option `set: 'invalidate'`.
 *   Inside `runInCasTransaction`, and for `undefined`, they only invalidate.
 *
 * @throws CasConfigError, CasTtlError for bad options
 */
export function asCacheManager(cache: ManagedCache, options: CasCacheManagerOptions = {}): CasCacheManager {
  const { set: setting = 'store' } = options;
  if (setting !== 'store' && setting !== 'invalidate') {
    throw new CasConfigError("set of asCacheManager: give 'store' or 'invalidate'.");
  }
  const defaultMs = options.ttl === undefined ? undefined : parseTtl(options.ttl, 'ttl of asCacheManager');

  const mset = async <T>(list: CasManagerItem<T>[]): Promise<CasManagerItem<T>[]> => {
    // When two values have one key, the later one counts.
    const items = new Map(list.map((item) => [item.key, item]));
    const byTtl = new Map<number | undefined, [string, T][]>();
    // Before anything is done: a bad ttl is refused.
    for (const { key, value, ttl } of items.values()) {
      const ms = millis(ttl) ?? defaultMs;
      const entries = byTtl.get(ms) ?? [];
      byTtl.set(ms, entries);
      if (value !== undefined) entries.push([key, value]);
    }
    const keys = [...items.keys()];
    await cache.invalidate(keys);
    // In a transaction nothing is stored, and that is no failure.
    if (setting === 'invalidate' || currentScope() !== undefined) return list;
    const faults = faultsOf(cache);
    const observed = await cache.observeMany(keys);
    for (const [ms, entries] of byTtl) {
      const [first, ...others] = entries;
      if (first === undefined) continue;
      const outcome =
        others.length > 0
          ? (await cache.setBulkWithGens(entries, observed, ms)).outcome
          : await cache.setWithGen(...first, observed.get(first[0]) ?? 0, ms);
      if (outcome === 'rejected' || (outcome === 'unavailable' && faultsOf(cache) > faults)) {
        throw notStored(cache.namespace, outcome);
      }
    }
    return list;
  };

  const events = new ManagerEvents();
  return {
    get: async <T>(key: string) => (await cache.get(key)) as T | undefined,
    mget: async <T>(keys: string[]) => {
      const { values } = await cache.getBulk(keys);
      return keys.map((key) => values.get(key) as T | undefined);
    },
    ttl: (key) => expiryOf(cache, key),
    set: async (key, value, ttl) => {
      await events.around('set', [{ key, value }], () => mset([{ key, value, ttl }]));
      return value;
    },
    mset: (list) =>
      events.around(
        'set',
        list.map(({ key, value }) => ({ key, value })),
        () => mset(list),
      ),
    del: async (key) => {
      await events.around('del', [{ key }], () => cache.invalidate(key));
      return true;
    },
    mdel: async (keys) => {
      const told = keys.map((key) => ({ key }));
      await events.around('del', told, () => cache.invalidate(keys));
      return true;
    },
    clear: async () => {
      await events.around('clear', [{}], () => cache.clear());
      return true;
    },
    on: (event, listener) => events.on(event, listener),
    off: (event, listener) => events.off(event, listener),
    wrap: wrapping(cache, defaultMs, options.refreshThreshold),
    disconnect: async () => undefined,
  };
}

/** When what a read would be served expires, of the copies whose provider tells. */
async function expiryOf(cache: ManagedCache, key: string): Promise<number | undefined> {
  const { hit, copies } = await cache.explain(key);
  if (!hit) return undefined;
  const left = copies.flatMap(({ refused, ttlLeftMs }) => (refused === undefined ? (ttlLeftMs ?? []) : []));
  return left.length === 0 || left.includes(Infinity) ? undefined : Date.now() + Math.max(...left);
}

/** So many requests of fills have failed. A fill that a writer has overtaken is none of them. */
function faultsOf(cache: ManagedCache): number {
  const { faults, breakerOpen } = cache.stats();
  return breakerOpen ? Number.POSITIVE_INFINITY : faults.snapshot + faults.set + faults.setBulk;
}

function notStored(namespace: string, outcome: 'rejected' | 'unavailable'): CasUnavailableError {
  const why = outcome === 'rejected' ? 'its store refused it or failed' : 'its generation store did not answer';
  return new CasUnavailableError(
    `A value of namespace "${namespace}" was not stored: ${why}. What was cached before is invalidated.`,
    { namespace },
  );
}
