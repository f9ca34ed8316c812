import { callable, count, duration, flag, oneOf, share } from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { OptionTable, ResolvedOptions } from '../../common/options/option.js';
import type { Ttl } from '../../common/ttl.js';

/** How misses are loaded, and old hits renewed. Set for a namespace, or for one call, whose own options come first. */
export interface ReadOptions<V = unknown> {
  /** How long a loaded value lives. Default: the namespace's `ttl`. */
  readonly ttl?: Ttl | undefined;
  /**
   * Soft ttl: an older hit is served at once, and loaded anew in the background, once. An invalidated value is never
   * served, however fresh. The one that a value was stored with counts. Default: values are fresh for as long as they
   * live.
   */
  readonly fresh?: Ttl | undefined;
  /**
   * The share of the soft ttl, above 0 and below 1, after which a hit may be loaded anew already, so that a hot key
   * never lapses. When exactly differs from process to process. Default: not before the soft ttl is over.
   */
  readonly earlyRefresh?: number | undefined;
  /**
   * The share, 0 to 1, by which `ttl` and `fresh` are shortened at random, so that what was stored together lapses
   * apart. Default 0.
   */
  readonly jitter?: number | undefined;
  /**
   * How long a loaded `null` lives: the answer that something is not there. Default: as other values, and at most 30 s.
   */
  readonly negativeTtl?: Ttl | undefined;
  /** How long a caller waits for a value that is newer than a hit past its soft ttl. Default: not at all. */
  readonly softTimeout?: Ttl | undefined;
  /**
   * Whether the hit past its soft ttl, for which a newer value was awaited, is served when that fails to load. Default
   * `false`.
   */
  readonly staleIfError?: boolean | undefined;
  /** How long a load may take before it fails (`CasLoadTimeoutError`). Default: as long as it takes. */
  readonly loadTimeout?: Ttl | undefined;
  /** `false` for a key that goes past the cache. */
  readonly when?: ((key: string) => boolean) | undefined;
  /** `true` for a loaded value that is to be returned but not cached. */
  readonly unless?: ((value: V, key: string) => boolean) | undefined;
  /**
   * Which callers share a load: the callers in one process (`'process'`, the default), or those of all replicas on a
   * Redis (`'replicas'`): one loads, and the others wait for what it stores, for at most `stampedeWait`.
   */
  readonly stampede?: 'process' | 'replicas' | undefined;
  /** How long a replica waits for another's load before it loads itself. Default `'1s'`. */
  readonly stampedeWait?: Ttl | undefined;
  /**
   * `'request'`: what was found current once in this request (`runInCasRequest`) is taken for current in it for
   * `requestAge`, unless this process invalidated it since. Weaker than what the cache otherwise promises. Default
   * `'always'`: every hit is checked.
   */
  readonly consistency?: 'always' | 'request' | undefined;
  /** For how long `consistency: 'request'` may rely on an earlier check. Default `'1s'`. */
  readonly requestAge?: Ttl | undefined;
}

/** How they are checked, and what they are where they are absent. */
export const READ_TABLE = {
  ttl: duration('10m'),
  fresh: duration(undefined),
  earlyRefresh: share(undefined, Number.MIN_VALUE),
  jitter: share(0, 0),
  negativeTtl: duration(undefined),
  softTimeout: duration(0, { shortIsUsual: true }),
  staleIfError: flag(false),
  loadTimeout: duration(undefined, { shortIsUsual: true }),
  when: callable<NonNullable<ReadOptions['when']>>(),
  // eslint-disable-next-line typescript/no-explicit-any -- of the values of any cache; see ResolvedReadOptions
  unless: callable<(value: any, key: string) => boolean>(),
  stampede: oneOf(['process', 'replicas'], 'process'),
  stampedeWait: duration('1s', { shortIsUsual: true }),
  consistency: oneOf(['always', 'request'], 'always'),
  requestAge: duration('1s', { shortIsUsual: true }),
} satisfies OptionTable<ReadOptions>;

export const READ = new Options(READ_TABLE);

export interface LoadOptions<V = unknown> extends ReadOptions<V> {
  /**
   * A caller that gives up: its call rejects with the signal's reason. The load goes on for the others; without others,
   * it is told.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * In a namespace with tags: those of the value, as far as they are known before it is loaded. A hit that carries not
   * all of them is a miss.
   */
  readonly tags?: string | readonly string[] | undefined;
  /** What a warning calls the loader, such as `UserRepository.find`. */
  readonly name?: string | undefined;
}

export interface LoadManyOptions<V = unknown> extends LoadOptions<V> {
  /**
   * What becomes of keys that the loader does not return: `'absent'` (the default): they are not in the answer, and
   * asked for again; `'negative'`: they are `null`, cached for `negativeTtl`.
   */
  readonly missing?: 'absent' | 'negative' | undefined;
  /** In a namespace with tags: those of one value, besides `tags`, which all of them carry. Not asked for `null`. */
  readonly tagsOf?: ((value: V, key: string) => string | readonly string[]) | undefined;
  /** The most keys that one call of the loader is given. Default 1,000. */
  readonly chunk?: number | undefined;
  /** What the answer is: see {@link LoadPositionsOptions}. Default `false`: a Map. */
  readonly positions?: false | undefined;
}

export interface LoadPositionsOptions<V = unknown> extends Omit<LoadManyOptions<V>, 'positions'> {
  /**
   * The answer is an array with one slot for each key that was asked for, in its order, and `undefined` for what is not
   * there: what the batch function of a DataLoader answers. A key that was asked for twice has two slots with the same
   * value.
   */
  readonly positions: true;
}

type AnyLoadManyOptions = Omit<LoadManyOptions, 'positions'> & { readonly positions?: boolean | undefined };

export const LOAD_MANY_TABLE = {
  missing: oneOf(['absent', 'negative'], 'absent'),
  // eslint-disable-next-line typescript/no-explicit-any -- of the values of any cache
  tagsOf: callable<(value: any, key: string) => string | readonly string[]>(),
  // So many keys are one request of a store, and fit into the parameters of one query.
  chunk: count(1_000),
  positions: flag(false),
} satisfies OptionTable<Pick<AnyLoadManyOptions, Exclude<keyof LoadManyOptions, keyof LoadOptions>>>;

export const LOAD_MANY = new Options(LOAD_MANY_TABLE);

/** Checked, complete, in milliseconds. */
export interface ResolvedReadOptions<V = unknown> extends Omit<ResolvedOptions<typeof READ_TABLE>, 'unless'> {
  readonly unless: ((value: V, key: string) => boolean) | undefined;
}
