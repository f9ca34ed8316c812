import { parseTtl } from '../../common/ttl.js';
import { CasConfigError } from '../../errors.js';
import type { CasCacheManager, CasManagerTtl, CasWrapOptions, ManagedCache } from './cas-cache-manager.js';

/** `wrap` of cache-manager by `getOrLoad`: a threshold before the end of the ttl is a soft ttl before it. */
export function wrapping(
  cache: ManagedCache,
  defaultMs: number | undefined,
  defaultThreshold: number | undefined,
): CasCacheManager['wrap'] {
  return async <T>(
    key: string,
    load: () => Promise<T> | T,
    given?: CasManagerTtl<T> | CasWrapOptions<T> | null,
    threshold?: CasManagerTtl<T>,
  ): Promise<T> => {
    const { ttl, refreshThreshold }: CasWrapOptions<T> = isOptions(given)
      ? given
      : { ttl: given ?? undefined, refreshThreshold: threshold };
    // Before the load, where it can be known.
    if (typeof ttl === 'number') millis(ttl);
    const value = await cache.getOrLoad(
      key,
      async (context) => {
        const loaded = await load();
        const ms = millis(of(ttl, loaded)) ?? defaultMs;
        const left = of(refreshThreshold, loaded) ?? defaultThreshold;
        context.ttl = ms;
        if (ms !== undefined && left !== undefined) context.fresh = Math.max(1, ms - left);
        return loaded;
      },
      { name: 'The function given to wrap' },
    );
    return value as T;
  };
}

/** 0 says "for ever" there. @throws CasTtlError */
export function millis(ttl: number | undefined): number | undefined {
  return ttl === undefined || ttl === 0 ? undefined : parseTtl(ttl);
}

function isOptions<T>(given: CasManagerTtl<T> | CasWrapOptions<T> | null | undefined): given is CasWrapOptions<T> {
  if (typeof given !== 'object' || given === null) return false;
  if ('raw' in given && given.raw === true) {
    throw new CasConfigError('wrap of asCacheManager: `raw` cannot be had. Leave it out, and take the value.');
  }
  return true;
}

function of<T>(given: CasManagerTtl<T> | undefined, value: T): number | undefined {
  return typeof given === 'function' ? given(value) : given;
}
