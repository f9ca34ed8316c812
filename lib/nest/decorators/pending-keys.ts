import type { CasCacheService } from '../../core/cas-cache.js';
import { CasInvalidateError } from '../../errors.js';

/** A cache that may still be in the making, at start-up. */
type Cache = CasCacheService | Promise<CasCacheService>;

/** Keys to invalidate, by cache. */
export class PendingKeys {
  private readonly byCache = new Map<Cache, Set<string>>();

  add(cache: Cache, keys: Iterable<string>): void {
    const known = this.byCache.get(cache);
    if (known === undefined) this.byCache.set(cache, new Set(keys));
    else for (const key of keys) known.add(key);
  }

  /** Invalidates all of them, each cache whatever becomes of the others. Answers the cause for each key that failed. */
  async carryOut(): Promise<Map<string, unknown>> {
    const failures = new Map<string, unknown>();
    await Promise.all(
      [...this.byCache].map(async ([cache, keys]) => {
        try {
          await (await cache).invalidate([...keys]);
        } catch (error) {
          const causes =
            error instanceof CasInvalidateError ? error.failures : new Map([...keys].map((key) => [key, error]));
          for (const [key, cause] of causes) failures.set(key, cause);
        }
      }),
    );
    return failures;
  }
}
