import { CasConfigError } from '../../errors.js';
import { parseTtl } from '../../common/ttl.js';
import type { Ttl } from '../../common/ttl.js';

/** How misses are loaded, and old hits renewed. Of a namespace, or of one call, whose own options come first. */
export interface ReadOptions<V = unknown> {
  /** How long a loaded value lives. Default: the namespace's `ttl`. */
  readonly ttl?: Ttl | undefined;
  /**
   * Soft ttl: an older hit is served at once, and loaded anew in the background, once. An invalidated value is never served,
   * however fresh. The one that a value was stored with counts. Default: values are fresh for as long as they live.
   */
  readonly fresh?: Ttl | undefined;
  /**
   * The share of the soft ttl, above 0 and below 1, after which a hit may be loaded anew already, so that a hot key never
   * lapses. When exactly differs from process to process. Default: not before the soft ttl is over.
   */
  readonly earlyRefresh?: number | undefined;
  /** The share, 0 to 1, by which `ttl` and `fresh` are shortened at random, so that what was stored together lapses apart. Default 0. */
  readonly jitter?: number | undefined;
  /** How long a loaded `null` lives: the answer that something is not there. Default: as other values, and at most 30 s. */
  readonly negativeTtl?: Ttl | undefined;
  /** How long a caller waits for a value that is newer than a hit past its soft ttl. Default: not at all. */
  readonly softTimeout?: Ttl | undefined;
  /** Whether the hit past its soft ttl, for which a newer value was awaited, is served when that fails to load. Default `false`. */
  readonly staleIfError?: boolean | undefined;
  /** How long a load may take before it fails (`CasLoadTimeoutError`). Default: as long as it takes. */
  readonly loadTimeout?: Ttl | undefined;
  /** `false` for a key that goes past the cache. */
  readonly when?: ((key: string) => boolean) | undefined;
  /** `true` for a loaded value that is to be returned but not cached. */
  readonly unless?: ((value: V, key: string) => boolean) | undefined;
  /**
   * Who shares a load: the callers in one process (`'process'`, the default), or those of all replicas on a Redis
   * (`'replicas'`): one loads, and the others wait for what it stores, for at most `stampedeWait`.
   */
  readonly stampede?: 'process' | 'replicas' | undefined;
  /** How long a replica waits for another's load before it loads itself. Default `'1s'`. */
  readonly stampedeWait?: Ttl | undefined;
  /**
   * `'request'`: what was found current once in this request (`runInCasRequest`) is taken for current in it for `requestAge`,
   * unless this process invalidated it since. Weaker than what the cache otherwise promises. Default `'always'`: every hit
   * is checked.
   */
  readonly consistency?: 'always' | 'request' | undefined;
  /** For how long `consistency: 'request'` may rely on an earlier check. Default `'1s'`. */
  readonly requestAge?: Ttl | undefined;
}

/** Every name of `T`: the compiler refuses a list that lacks one, or has one too many. */
export type NamesOf<T> = Readonly<Record<keyof T, true>>;

export const READ_OPTION_NAMES: NamesOf<ReadOptions> = Object.freeze({
  ttl: true,
  fresh: true,
  earlyRefresh: true,
  jitter: true,
  negativeTtl: true,
  softTimeout: true,
  staleIfError: true,
  loadTimeout: true,
  when: true,
  unless: true,
  stampede: true,
  stampedeWait: true,
  consistency: true,
  requestAge: true,
});

export interface LoadOptions<V = unknown> extends ReadOptions<V> {
  /** A caller that gives up: its call rejects with the signal's reason. The load goes on for the others; without others, it is told. */
  readonly signal?: AbortSignal | undefined;
  /** What a warning calls the loader, such as `UserRepository.find`. */
  readonly name?: string | undefined;
}

export interface LoadManyOptions<V = unknown> extends LoadOptions<V> {
  /**
   * What becomes of keys that the loader does not return: `'absent'` (the default): they are not in the answer, and asked
   * for again; `'negative'`: they are `null`, cached for `negativeTtl`.
   */
  readonly missing?: 'absent' | 'negative' | undefined;
  /** The most keys that one call of the loader is given. Default 1,000. */
  readonly chunk?: number | undefined;
}

/** Checked, complete, in milliseconds. */
export interface ResolvedReadOptions<V = unknown> {
  readonly ttlMs: number;
  readonly freshMs: number | undefined;
  readonly earlyRefresh: number | undefined;
  readonly jitter: number;
  readonly negativeTtlMs: number | undefined;
  readonly softTimeoutMs: number;
  readonly staleIfError: boolean;
  readonly loadTimeoutMs: number | undefined;
  readonly when: ((key: string) => boolean) | undefined;
  readonly unless: ((value: V, key: string) => boolean) | undefined;
  readonly stampede: 'process' | 'replicas';
  readonly stampedeWaitMs: number;
  readonly consistency: 'always' | 'request';
  readonly requestAgeMs: number;
}

/** Every default, in one place. */
export const READ_DEFAULTS: ResolvedReadOptions = Object.freeze({
  ttlMs: 600_000,
  freshMs: undefined,
  earlyRefresh: undefined,
  jitter: 0,
  negativeTtlMs: undefined,
  softTimeoutMs: 0,
  staleIfError: false,
  loadTimeoutMs: undefined,
  when: undefined,
  unless: undefined,
  stampede: 'process',
  stampedeWaitMs: 1_000,
  consistency: 'always',
  requestAgeMs: 1_000,
});

/**
 * Checks options and fills in what is absent from `base`.
 *
 * @param name says whose option it is, for the message
 * @throws CasTtlError, CasConfigError naming the option and what to change
 */
export function resolveReadOptions<V>(
  options: ReadOptions<V>,
  base: ResolvedReadOptions<V>,
  name: (option: string) => string,
): ResolvedReadOptions<V> {
  const ms = <T>(option: keyof ReadOptions, otherwise: T): number | T => {
    const given = options[option] as Ttl | undefined;
    return given === undefined ? otherwise : parseTtl(given, name(option));
  };
  const share = <T>(option: 'jitter' | 'earlyRefresh', otherwise: T, from: number, below: number): number | T => {
    const given = options[option];
    if (given === undefined) return otherwise;
    if (typeof given === 'number' && given >= from && given <= below) return given;
    throw new CasConfigError(`${name(option)}: give a share from 0 to 1, such as 0.1.`);
  };
  const oneOf = <T extends string>(option: 'stampede' | 'consistency', otherwise: T, ...known: readonly T[]): T => {
    const given = (options[option] as T | undefined) ?? otherwise;
    if (known.includes(given)) return given;
    throw new CasConfigError(`${name(option)}: give ${known.map((each) => `'${each}'`).join(' or ')}.`);
  };
  const call = <F>(option: 'when' | 'unless', otherwise: F): F => {
    const given = (options[option] as F | undefined) ?? otherwise;
    if (given === undefined || typeof given === 'function') return given;
    throw new CasConfigError(`${name(option)}: give a function.`);
  };
  const { staleIfError = base.staleIfError } = options;
  if (typeof staleIfError !== 'boolean') throw new CasConfigError(`${name('staleIfError')}: give true or false.`);
  return {
    ttlMs: ms('ttl', base.ttlMs),
    freshMs: ms('fresh', base.freshMs),
    earlyRefresh: share('earlyRefresh', base.earlyRefresh, Number.MIN_VALUE, 1),
    jitter: share('jitter', base.jitter, 0, 1),
    negativeTtlMs: ms('negativeTtl', base.negativeTtlMs),
    softTimeoutMs: ms('softTimeout', base.softTimeoutMs),
    staleIfError,
    loadTimeoutMs: ms('loadTimeout', base.loadTimeoutMs),
    when: call('when', base.when),
    unless: call('unless', base.unless),
    stampede: oneOf('stampede', base.stampede, 'process', 'replicas'),
    stampedeWaitMs: ms('stampedeWait', base.stampedeWaitMs),
    consistency: oneOf('consistency', base.consistency, 'always', 'request'),
    requestAgeMs: ms('requestAge', base.requestAgeMs),
  };
}
