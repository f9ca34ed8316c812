import { isPromise } from '../../common/attempt.js';
import type { CasCacheService } from '../../core/cas-cache.js';
import { runInCasTransaction } from '../../core/writing/cas-transaction.js';
import type { WriteIntentOptions } from '../../core/writing/write-intents.js';
import { invalidateError } from '../../core/writing/transaction-scope.js';
import type { NamespaceFailures } from '../../core/writing/transaction-scope.js';
import { CasInvalidateError } from '../../write-errors.js';

/** A cache that may still be in the making, at start-up. */
type Cache = CasCacheService | Promise<CasCacheService>;

/** What is to be invalidated of one cache. */
interface Due {
  readonly keys: Set<string>;
  readonly tags: Set<string>;
}

/** Keys and tags to invalidate, by cache. */
export class PendingKeys {
  private readonly byCache = new Map<Cache, Due>();
  /** The caches that were given, and those of the partition that the call began in: nothing later counts for it. */
  private readonly pinned = new Map<Cache, Cache>();

  /** @throws CasKeyError where the caller has no partition */
  add(given: Cache, keys: Iterable<string>): void {
    const due = this.dueOf(given);
    for (const key of keys) due.keys.add(key);
  }

  /** @throws CasKeyError where the caller has no partition */
  addTags(given: Cache, tags: Iterable<string>): void {
    const due = this.dueOf(given);
    for (const tag of tags) due.tags.add(tag);
  }

  /** What a failed invalidation does by the options of the namespaces. One that is to throw is enough. */
  async onFailure(): Promise<'throw' | 'report'> {
    const caches = await Promise.all([...this.byCache.keys()].map(async (cache) => cache));
    return caches.every((cache) => cache.options.onFailure === 'report') ? 'report' : 'throw';
  }

  /**
   * Has all of them invalidated at the end of the running transaction. One cache that fails does not keep back the
   * others.
   */
  async collect(): Promise<void> {
    const collected = await Promise.allSettled(
      [...this.byCache].map(async ([cache, due]) => this.end(await cache, due)),
    );
    for (const one of collected) if (one.status === 'rejected') throw one.reason;
  }

  /**
   * Invalidates all of them now, outside of any transaction, each cache whatever becomes of the others.
   *
   * @throws CasInvalidateError with `result`, for all that failed
   */
  async carryOut(result: unknown): Promise<void> {
    const failed: NamespaceFailures[] = [];
    const done = await Promise.allSettled(
      [...this.byCache].map(async ([made, due]) => {
        const cache = await made;
        try {
          await this.end(cache, due);
        } catch (error) {
          if (!(error instanceof CasInvalidateError)) throw error;
          failed.push({ namespace: cache.namespace, failures: { keys: error.failures, tags: error.failedTags } });
        }
      }),
    );
    for (const one of done) if (one.status === 'rejected') throw one.reason;
    const error = invalidateError(failed, result);
    if (error !== undefined) throw error;
  }

  /**
   * Runs `write` with all keys closed to readers, as one transaction.
   *
   * @throws what `write` throws; what `withWriteIntent` throws
   */
  async underIntent<T>(write: () => Promise<T>, options: WriteIntentOptions): Promise<T> {
    const caches = await Promise.all(
      [...this.byCache].map(async ([cache, { keys }]) => ({ cache: await cache, keys: [...keys] })),
    );
    const closed = caches.filter(({ keys }) => keys.length > 0);
    // Each within the one before: the outermost settles them all at its end.
    const run = closed.reduceRight<() => Promise<T>>(
      (inner, { cache, keys }) =>
        () =>
          cache.withWriteIntent(keys, inner, options),
      write,
    );
    return runInCasTransaction(run);
  }

  private dueOf(given: Cache): Due {
    const cache = this.pinned.get(given) ?? (isPromise(given) ? given.then((made) => made.pinned()) : given.pinned());
    this.pinned.set(given, cache);
    const due = this.byCache.get(cache) ?? { keys: new Set(), tags: new Set() };
    this.byCache.set(cache, due);
    return due;
  }

  /** Both, whatever becomes of the other. @throws CasInvalidateError for all that failed */
  private async end(cache: CasCacheService, { keys, tags }: Due): Promise<void> {
    if (tags.size === 0) return cache.invalidate([...keys]);
    if (keys.size === 0) return cache.invalidateTags([...tags]);
    const ended = await Promise.allSettled([cache.invalidate([...keys]), cache.invalidateTags([...tags])]);
    const failed: NamespaceFailures[] = [];
    for (const one of ended) {
      if (one.status === 'fulfilled') continue;
      const error: unknown = one.reason;
      if (!(error instanceof CasInvalidateError)) throw error;
      failed.push({ namespace: cache.namespace, failures: { keys: error.failures, tags: error.failedTags } });
    }
    const error = invalidateError(failed, undefined);
    if (error !== undefined) throw error;
  }
}
