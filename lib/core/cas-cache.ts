import type { Generation } from '../contracts/generation-store.js';
import type { BulkSetOutcome, SetOutcome } from '../contracts/outcomes.js';
import { CasConfigError } from '../errors.js';
import { distinctTags } from '../keys/assert-tag.js';
import { stableKey } from '../keys/stable-key.js';
import { distinctKeys, listOf } from './support/input.js';
import { bulkAnswer } from './access/bulk-answer.js';
import type { FillOptions, Observation } from './access/observation.js';
import { composeCache } from './compose-cache.js';
import type { CacheParts, CacheComponents } from './compose-cache.js';
import { ExplainedCache } from './explain/explained-cache.js';
import type { ResolvedNamespaceOptions } from './options/namespace-options.js';
import type { ClearOptions } from './options/clear-options.js';
import type { Loader, LoadMany } from './loading/read-call.js';
import type { LoadManyOptions, LoadOptions, LoadPositionsOptions } from './options/load-options.js';
import type { SwrOptions } from './loading/read-through.js';
import { NO_OPTIONS } from './loading/read-settings.js';
import type { CasCacheStats } from '../contracts/stats.js';
import type { SingleKeyAccess } from './access/single-key-access.js';
import type { Ttl } from '../common/ttl.js';
import type { WriteContext, WriteIntentOptions } from './writing/write-intents.js';

export type { CacheParts } from './compose-cache.js';

/**
 * The cache of one namespace. Once `invalidate(key)` has resolved, no read of the key that starts later, in any replica
 * that shares the generation store, returns a value loaded before it.
 *
 * Reads never fail because the cache is broken: they miss, and a `fault` event says why. No operation waits for its
 * stores longer than the namespace's `timeout`, except `clear` and `erase`, which visit every key and give up after a
 * minute, and calls on thousands of keys, which take turns. Bad input rejects: a key outside its limits
 * (`CasKeyError`), a ttl that is no duration (`CasTtlError`).
 *
 * The flow of snapshot, load and set-if-unchanged is that of the Go library `unkn0wn-root/cascache`.
 */
export class CasCacheService<V = unknown> extends ExplainedCache<V> {
  readonly namespace: string;
  /** `false`: reads miss and fills are skipped. Invalidations still act: other replicas may be enabled. */
  readonly enabled: boolean;
  /** @internal */ protected readonly components: CacheComponents<V>;
  private readonly singleKey: SingleKeyAccess<V>;
  private closing: Promise<void> | undefined;

  constructor(
    /** @internal */
    readonly options: ResolvedNamespaceOptions,
    private readonly parts: CacheParts,
  ) {
    super();
    this.namespace = options.namespace;
    this.enabled = options.enabled;
    this.components = composeCache<V>(options, parts, { active: () => this.enabled && this.closing === undefined });
    this.singleKey = this.components.singleKey;
  }

  /** The cached value, or `undefined` when there is none that is proven current. */
  get(key: string): Promise<V | undefined> {
    return this.components.quickHits?.answer(key) ?? this.singleKey.ask(key);
  }

  /** As `get`, without a promise, in topology `memory` and of what a read lease stands for. Elsewhere `undefined`. */
  getSync(key: string): V | undefined {
    return this.components.quickHits?.value(key) ?? this.singleKey.askAtOnce(key);
  }

  /**
   * Stores the value iff the key's generation is still `observed`, as `observe` or `snapshotGen` answered it before the
   * load. 0, and a lost connection, for which only the fills of loads wait, store nothing: `'unavailable'`, at once.
   * In a namespace with tags a bare number stores nothing: `'rejected'`.
   *
   * @throws CasValueError for `undefined` and promises, CasEncodeError, CasGenerationError for what is no generation
   */
  setWithGen(
    key: string,
    value: V,
    observed: Generation | Observation,
    options?: Ttl | FillOptions,
  ): Promise<SetOutcome> {
    return this.components.byHand.set(key, value, observed, options);
  }

  /**
   * Ends the life of what is cached: when this has resolved, no read that starts later returns it. Acts on a disabled
   * cache too. Inside a transaction it is carried out when that has ended (`runInCasTransaction`).
   *
   * @throws CasInvalidateError when a key's generation could not be bumped, with each cause; the other keys are done.
   *   Until a retry in the background has landed, this process serves such a key from its source
   */
  async invalidate(key: string | readonly string[]): Promise<void> {
    const keys = distinctKeys(listOf(key), this.namespace);
    await this.components.transactionAware.invalidate(keys);
  }

  /**
   * Ends the life of every value that carries one of the tags, as `invalidate` does of a key's, and with the same
   * promises. Costs the same whatever their number: nothing is looked for.
   *
   * @throws CasInvalidateError with the cause for each in `failedTags`, CasTagError, CasConfigError in a namespace
   *   without tags
   */
  async invalidateTags(tags: string | readonly string[]): Promise<void> {
    await this.components.transactionAware.invalidateTags(distinctTags(tags, this.namespace));
  }

  /**
   * Closes the keys to readers of every replica while `write` runs, so that a hit never differs from what is committed,
   * not even between the commit and the invalidation or when this process dies in between. Then invalidates them. Every
   * writer of a key has to do so.
   *
   * `write` is a transaction as in `runInCasTransaction`; within another, the keys stay closed until that one has
   * ended. Its `signal` aborts when the keys are no longer closed: it took too long, or the store lost them.
   *
   * An error of `write` is rethrown, after the keys were invalidated. Acts on a disabled cache too.
   *
   * @throws CasIntentUnavailableError when a key could not be closed: `write` was not begun
   * @throws CasInvalidateError with the result of `write`, which is done, as `invalidate` does
   */
  withWriteIntent<T>(
    keys: string | readonly string[],
    write: (context: WriteContext) => Promise<T> | T,
    options: WriteIntentOptions = {},
  ): Promise<T> {
    return this.components.transactionAware.underIntent(
      () => distinctKeys(listOf(keys), this.namespace),
      write,
      options,
    );
  }

  /**
   * Many reads at once. `values` and `missing` follow the order of the request; a key asked for twice is answered once.
   */
  async getBulk(keys: readonly string[]): Promise<{ values: Map<string, V>; missing: string[] }> {
    const asked = distinctKeys(keys, this.namespace);
    return bulkAnswer(asked, await this.components.manyKeys.read(asked), this.components.reporter);
  }

  /**
   * Stores many values that were loaded together, each iff its generation in `observed` is still current. With all of
   * them current, one bulk entry holds them too.
   *
   * @throws CasMissingGenerationError, CasDuplicateKeyError, CasEncodeError, CasValueError: nothing was written
   */
  async setBulkWithGens(
    items: Iterable<readonly [string, V]>,
    observed: ReadonlyMap<string, Generation | Observation>,
    options?: Ttl | FillOptions,
  ): Promise<BulkSetOutcome> {
    return this.components.byHand.setMany(items, observed, options);
  }

  /**
   * The key's generation, issued now if it has none: take it before loading, and hand it to `setWithGen`. 0 when there
   * is nothing to fill under: the store does not answer, the key is open, or the caller is inside a transaction.
   */
  async snapshotGen(key: string): Promise<Generation> {
    return (await this.observe(key)).generation;
  }

  /** As `snapshotGen`, for many keys in one go. One that fails is 0 and leaves the others alone. */
  async snapshotGens(keys: readonly string[]): Promise<Map<string, Generation>> {
    return this.components.byHand.snapshot(distinctKeys(keys, this.namespace));
  }

  /**
   * What is current of the key now, issued if there is nothing: take it before loading, and hand it to `setWithGen`. As
   * `snapshotGen`, and in a namespace with tags with what was invalidated so far.
   */
  observe(key: string): Promise<Observation> {
    return this.components.byHand.observe(key);
  }

  /** As `observe`, for many keys in one go. */
  async observeMany(keys: readonly string[]): Promise<Map<string, Observation>> {
    return this.components.byHand.observeMany(distinctKeys(keys, this.namespace));
  }

  /**
   * The cached value, or what `load` returns, which is then cached unless the key was invalidated meanwhile. An error
   * of `load` is the caller's; a fault of the cache never is. `undefined` is returned but not cached; `null` is.
   *
   * Callers that miss at the same time share one load, as long as the key is not invalidated: each gets its own copy.
   * An error rejects them all.
   *
   * @throws CasLoadTimeoutError when the load takes longer than `loadTimeout`; the reason of `options.signal`
   */
  getOrLoad(key: string, load: Loader<V>, options: LoadOptions<V> = NO_OPTIONS): Promise<V> {
    return this.quickHit(key, options) ?? this.components.readThrough.getOrLoad(key, load, options);
  }

  /** @internal The answer of `getOrLoad` where a fresh hit is all there is to it. */
  quickHit(key: string, options: LoadOptions<V>): Promise<V> | undefined {
    const { quickLoads, settings } = this.components;
    return quickLoads !== undefined && settings.arePlain(options) ? quickLoads.answer(key) : undefined;
  }

  /**
   * As `getOrLoad`, for many keys: one read for all of them, one call of the loader for those that are missing and not
   * being loaded already, and one write. The answer is in the order of the request, without keys that `load`, which
   * answers a Map, did not return; with `positions: true` an array with a slot for each key.
   */
  getOrLoadMany(
    keys: readonly string[],
    load: LoadMany<V>,
    options: LoadPositionsOptions<V>,
  ): Promise<(V | undefined)[]>;
  getOrLoadMany(keys: readonly string[], load: LoadMany<V>, options?: LoadManyOptions<V>): Promise<Map<string, V>>;
  getOrLoadMany(
    keys: readonly string[],
    load: LoadMany<V>,
    options: LoadManyOptions<V> | LoadPositionsOptions<V> = NO_OPTIONS,
  ): Promise<Map<string, V> | (V | undefined)[]> {
    return this.components.readMany.answer(keys, load, options);
  }

  /**
   * `getOrLoad` in short: a value of at most the age `ttl`, that is served at once when it is older than `fresh` and
   * then loaded anew in the background. As in the Go library tieredcache.
   *
   * @param options `key` is a key, or what it is made of (`stableKey`)
   */
  async swr({ key, load, ...options }: SwrOptions<V>): Promise<V> {
    return this.getOrLoad(Array.isArray(key) ? stableKey(...(key as unknown[])) : (key as string), load, options);
  }

  /**
   * Invalidates the whole namespace, here and in every replica, and frees what its entries take; with `partition`, that
   * part of it. Visits every key of the store, so it takes as long as they are many, unless the namespace has `tags:
   * 'everywhere'`. Acts on a disabled cache too.
   * Inside a transaction it is carried out when that has ended.
   *
   * @throws CasClearError; CasConfigError for the partition of a namespace that has none
   */
  async clear({ partition }: ClearOptions = {}): Promise<void> {
    if (partition !== undefined) this.in(partition);
    await this.clearPart('');
  }

  /**
   * The cache of one partition, for workers, cron and admin pages: `cache.in('acme').get('42')`.
   *
   * @throws CasConfigError for a namespace without `partition`; CasKeyError for what is no partition
   */
  in(_partition: string): CasCacheService<V> {
    const { namespace } = this;
    const message = `The namespace "${namespace}" has no partitions: give it the option \`partition\`, or leave this out.`;
    throw new CasConfigError(message, { namespace });
  }

  /** @internal The cache of the partition of this call, for calls of it that come later. */
  pinned(): CasCacheService<V> {
    return this;
  }

  /**
   * Invalidates the keys, and removes every byte of their values, of every `valueVersion`, from the stores and this
   * process.
   *
   * @throws CasConfigError inside a transaction, CasInvalidateError, CasEraseError when bytes may be left
   */
  async erase(key: string | readonly string[]): Promise<void> {
    await this.components.eraser.erase(distinctKeys(listOf(key), this.namespace));
  }

  /** What happened since the cache was made. A copy. */
  stats(): CasCacheStats {
    return this.components.reporter.stats({
      enabled: this.enabled,
      pendingInvalidations: this.components.invalidator.owed(),
      breakerOpen: this.components.breaker.isOpen,
      memory: this.components.memory(),
      readLeases: this.components.announcements.stats(),
    });
  }

  /**
   * Ends the use of the cache: reads miss and fills answer `'disabled'` at once. Transactions, and writes under
   * intents, that have collected invalidations are waited for, for up to 5 s, or `intentLease` where that is shorter;
   * invalidations and intents act until then, and throw afterwards. Failed invalidations get a last chance, within the
   * deadline. Closes the stores that belong to this namespace alone, never one that others use.
   *
   * @throws CasCloseError with every error
   */
  close(): Promise<void> {
    return (this.closing ??= this.components.close());
  }
  /** @internal Tells the hooks of something that the developer should change: once for each topic. */
  warn(topic: string, message: string): void {
    this.components.reporter.warnOnce(topic, message);
  }

  /** @internal @param prefix what the keys of the part begin with; '' for all */
  protected clearPart(prefix: string): Promise<void> {
    return this.components.transactionAware.clear(prefix);
  }
}

/** The alias of the Go original, as a type and as a value. */
export type CasCache<V = unknown> = CasCacheService<V>;
export const CasCache = CasCacheService;
