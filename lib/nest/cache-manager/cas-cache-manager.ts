import type { CasCacheService } from '../../core/cas-cache.js';
import type { CasManagerEvents, CasManagerListener } from './manager-events.js';
import type { Ttl } from '../../common/ttl.js';

/** The cache behind, of values of any type: cache-manager leaves it to each call what they are. */
export type ManagedCache = Pick<
  CasCacheService,
  | 'namespace'
  | 'stats'
  | 'get'
  | 'getBulk'
  | 'getOrLoad'
  | 'invalidate'
  | 'clear'
  | 'explain'
  | 'observeMany'
  | 'setWithGen'
  | 'setBulkWithGens'
>;

/**
 * Milliseconds, or a function of the value that answers them. 0 is "for ever" there; here, as long as the namespace
 * says.
 */
export type CasManagerTtl<T> = number | ((value: T) => number);

export interface CasWrapOptions<T> {
  readonly ttl?: CasManagerTtl<T> | undefined;
  /** A hit that has less than this of its ttl left is served, and loaded anew in the background. Needs a ttl. */
  readonly refreshThreshold?: CasManagerTtl<T> | undefined;
}

export interface CasManagerItem<T> {
  readonly key: string;
  readonly value: T;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
}

/**
 * What can be had of `Cache` of the package cache-manager, version 7, from a cache of this package. Not there:
 * `cacheId`, `stores`, the events `refresh` and `ttl`, and `raw` of `wrap`.
 */
export interface CasCacheManager {
  get<T>(key: string): Promise<T | undefined>;
  mget<T>(keys: string[]): Promise<(T | undefined)[]>;
  /**
   * When the value expires that `get` would answer now: milliseconds since 1970. `undefined`: there is none, or its
   * store does not tell. It may be invalidated before.
   */
  ttl(key: string): Promise<number | undefined>;
  /** @param ttl milliseconds */
  set<T>(key: string, value: T, ttl?: number): Promise<T>;
  mset<T>(list: CasManagerItem<T>[]): Promise<CasManagerItem<T>[]>;
  del(key: string): Promise<boolean>;
  mdel(keys: string[]): Promise<boolean>;
  clear(): Promise<boolean>;
  wrap<T>(
    key: string,
    load: () => Promise<T> | T,
    ttl?: CasManagerTtl<T>,
    refreshThreshold?: CasManagerTtl<T>,
  ): Promise<T>;
  wrap<T>(key: string, load: () => Promise<T> | T, options: CasWrapOptions<T>): Promise<T>;
  /**
   * Told of the calls of this adapter alone, once each is done. Hooks are told of all that happens in the namespace.
   */
  on<E extends keyof CasManagerEvents>(event: E, listener: CasManagerListener<E>): void;
  off<E extends keyof CasManagerEvents>(event: E, listener: CasManagerListener<E>): void;
  /** Does nothing: the module closes its stores. */
  disconnect(): Promise<undefined>;
}

export interface CasCacheManagerOptions {
  /** How long values live that are set or wrapped without a ttl. Default: as long as the namespace's. */
  readonly ttl?: Ttl | undefined;
  /** The one for every `wrap` that gives none, in milliseconds. */
  readonly refreshThreshold?: number | undefined;
  /**
   * `'invalidate'`: `set` and `mset` store nothing, and only end the life of what is there, so that no slow reader can
   * put an old value back. Values are then cached by `wrap` alone. Default `'store'`.
   */
  readonly set?: 'store' | 'invalidate' | undefined;
}
