import type { CasCodec } from '../../contracts/codec.js';
import type { GenerationStore } from '../../contracts/generation-store.js';
import type { CasHooks } from '../../contracts/hooks.js';
import type { CasProvider } from '../../contracts/provider.js';
import { maxEntries } from '../../common/options/bounds.js';
import {
  callable,
  count,
  duration,
  elsewhere,
  flag,
  flagOr,
  oneOf,
  oneOfOrCallable,
  part,
  partsOf,
  ruled,
} from '../../common/options/kinds.js';
import { Options } from '../../common/options/option.js';
import type { OptionOwner, OptionTable, ResolvedOptions } from '../../common/options/option.js';
import { CasConfigError } from '../../errors.js';
import { assertNamespace } from '../../keys/assert-key.js';
import { assertValueVersion } from '../../keys/value-version.js';
import type { BulkSeed } from './bulk-seed.js';
import type { ReadGuard } from './read-guard.js';
import { READ_TABLE } from './load-options.js';
import type { ReadOptions } from './load-options.js';
import { InstanceTable } from '../values/instance-table.js';
import type { RevivedClasses, ValueTypes } from '../values/instance-table.js';
import { verifyOption } from './verify-option.js';
import type { VerifyOptions } from './verify-option.js';
import type { Isolation } from '../values/isolation.js';
import type { ClassLoss } from '../values/value-rules.js';
import type { Ttl } from '../../common/ttl.js';

/** The weight of an entry. `key` is its storage key, `raw` the frame, `n` the number of members (1 for a single). */
export type ComputeSetCost = (key: string, raw: Uint8Array, isBulk: boolean, n: number) => number;

/**
 * The async context (`AsyncLocalStorage`) of a refresh behind its caller. `'none'`: of no request. `'caller'`: of the
 * caller whose read caused it, without the scopes of this package. A function: what
 * it runs `run` in, such as `(run) => RequestContext.create(orm.em, run)`. It has to call `run`, once; `run` answers
 * when the refresh has ended, and never rejects.
 */
export type RefreshContext = 'none' | 'caller' | ((run: () => Promise<void>) => unknown);

/**
 * The options of one namespace. What is absent or `undefined` is taken from the module's `defaults`, then from {@link
 * DEFAULTS}.
 */
export interface CasCacheNamespaceOptions extends ReadOptions {
  /** `[A-Za-z0-9._-]{1,64}`. */
  readonly namespace: string;
  /** Where entries live, for this namespace alone. Default: the module's. */
  readonly provider?: CasProvider | undefined;
  /** How values become bytes, where they do. Default: the module's. */
  readonly codec?: CasCodec | undefined;
  /** Where generations live. Default: the module's. */
  readonly genStore?: GenerationStore | undefined;
  /** Receive this namespace's events, besides the module's hooks. */
  readonly hooks?: CasHooks | readonly CasHooks[] | undefined;
  /**
   * Which shape, or codec, of values this build writes and reads: `[A-Za-z0-9._-]{1,32}`. Builds with different
   * versions share generations, so that an invalidation by one reaches the others, and no values. Default: none, the
   * version of builds that know no versions.
   */
  readonly valueVersion?: string | undefined;
  /** How long an entry lives. Default `'10m'`. */
  readonly ttl?: Ttl | undefined;
  /** How long a bulk entry lives. Default: `ttl`. */
  readonly bulkTtl?: Ttl | undefined;
  /** What a hit hands out where values are held in process. Default `'copy'`. */
  readonly isolation?: Isolation | undefined;
  /**
   * Classes whose instances come back as such, wherever they are in a value: each under a name that stands for it in
   * bytes, as in `{ User, Address }`. Their constructors are not run. Needed where values are bytes; copies in process
   * keep classes.
   */
  readonly classes?: RevivedClasses | undefined;
  /**
   * Classes whose state is more than properties (Decimal, ObjectId, Temporal), with how they are written as data and
   * read.
   */
  readonly types?: ValueTypes | undefined;
  /**
   * Instances of other classes, where a codec loses the class and a plain object can stand for them: `'plain'` stores
   * that, `'refuse'` nothing. Default: as `'plain'`, with one warning for each class.
   */
  readonly classLoss?: ClassLoss | undefined;
  /**
   * How long an entry lives in this process, in front of Redis (topology `tiered`), at most. Default: as long as in
   * Redis.
   */
  readonly nearTtl?: Ttl | undefined;
  /** The most entries that this process holds of the namespace. Default 10,000. */
  readonly maxEntries?: number | undefined;
  /** The most bytes that this process holds of the namespace. Makes it hold bytes, through the codec, not values. */
  readonly maxBytes?: number | undefined;
  /** The deadline of one operation on the stores. Default 250 ms. */
  readonly timeout?: Ttl | undefined;
  /**
   * Whether writers of this namespace, in any replica, use write intents: say so in all of them. After a failover that
   * may have lost open intents nothing is filled for one lease then. `withWriteIntent` makes it true for its process.
   * Default `false`.
   */
  readonly intents?: boolean | undefined;
  /**
   * Topologies `near` and `tiered`: hits are answered from memory alone, without a round trip, and an invalidation
   * waits until every process that does so has dropped the key, for up to a second where one does not answer. Every
   * process that invalidates the namespace has to say so: `true`, or `'honour'`, which tells the others and holds no
   * lease itself. First `'honour'` everywhere, then `true`. Default `false`.
   */
  readonly readLease?: boolean | 'honour' | undefined;
  /**
   * Whether entries may carry tags, by which many of them end at once (`invalidateTags`). To be given in every process
   * that uses the namespace. `'everywhere'` says that it is, so that `clear` need not visit every key. Default `false`.
   */
  readonly tags?: boolean | 'everywhere' | undefined;
  /** How long a write intent stays open should its process die. Renewed while the write runs. Default `'30s'`. */
  readonly intentLease?: Ttl | undefined;
  /**
   * `false`: reads miss and fills are skipped; loaders run, and `invalidate`, `clear` and intents still act. Default
   * `true`.
   */
  readonly enabled?: boolean | undefined;
  /**
   * The partition of a call, a tenant say, asked with every call: `() => cls.get('tenant')`. It becomes a part of every
   * key, so that the values of one partition are never those of another; a call for which it answers no text is an
   * error. See `CasCacheService.in` for callers that have none, and `clear({ partition })`.
   */
  readonly partition?: (() => string) | undefined;
  /** `true`: no bulk entries, only singles. Default `false`. */
  readonly disableBulk?: boolean | undefined;
  /**
   * Which values of a bulk entry are stored as single entries too, so that reads of one key find them: `'always'`,
   * `'never'`, or `'missing'`: those that no current single entry holds, which is one more read of them all. Where no
   * bulk entry can be written, all values are stored as singles. Default `'always'`.
   */
  readonly bulkSeed?: BulkSeed | undefined;
  /**
   * A veto over hits that are proven current: `false` makes a hit a miss (`vetoed`), and deletes the entry. So does one
   * that throws, rejects or takes longer than `timeout`, which is a fault of the operation `guard`. It is asked of
   * every hit, with the key of the caller, and not of what was just loaded; `consistency: 'request'` checks each hit
   * then. One that answers a promise makes `getSync` answer `undefined`. It must not change the value. Default: none.
   */
  readonly readGuard?: ReadGuard | undefined;
  /**
   * What a failed invalidation does after a `@CasInvalidate` method that does not say so itself succeeded. `'throw'`:
   * it rejects with `CasInvalidateError`, which has the method's `result`. `'report'`: it answers the result, and the
   * hooks are told. `cache.invalidate` itself always throws. Default `'throw'`.
   */
  readonly onFailure?: 'throw' | 'report' | undefined;
  /**
   * The most loaders that run at once in this process, to protect the source while many keys miss. Others wait in
   * order, for at most their `loadTimeout` (`CasTooManyLoadsError`). What another load or a transaction waits for never
   * does. Default: no bound.
   */
  readonly maxLoads?: number | undefined;
  /**
   * How many of the latest misses, fills, heals and invalidations of the namespace this process remembers, to tell by
   * `explain` what went before a miss. Default 0: none.
   */
  readonly history?: number | undefined;
  /**
   * The async context of refreshes behind their callers (`fresh`), for loaders that look for something in it. Default
   * `'none'`, with a `partition` `'caller'`.
   */
  readonly refreshContext?: RefreshContext | undefined;
  /**
   * Compares a share of the hits with their source, behind their callers, to find what no cache can: a writer that does
   * not invalidate. Its loaders are called more often by that share. Default: none.
   */
  readonly verify?: VerifyOptions | undefined;
  /** The weight of an entry for a provider of bytes in process: what weighs more per byte is evicted first. */
  readonly computeSetCost?: ComputeSetCost | undefined;
}

/** The parts of a namespace, which the module has too. */
export const PARTS_TABLE = {
  provider: part<CasProvider>(['get', 'getMany', 'set', 'setMany', 'delete', 'deleteMany', 'close']),
  codec: part<CasCodec>(['encode', 'decode']),
  genStore: part<GenerationStore>([
    'current',
    'currentMany',
    'snapshot',
    'snapshotMany',
    'bump',
    'bumpMany',
    'extend',
    'extendMany',
    'clear',
    'close',
  ]),
  hooks: partsOf<CasHooks>(['onEvent']),
};

export const PARTS = new Options(PARTS_TABLE);

/** How the settings of a namespace are checked, and what they are where they are absent. */
const SETTINGS_TABLE = {
  ...READ_TABLE,
  valueVersion: ruled(assertValueVersion),
  bulkTtl: duration(undefined),
  isolation: oneOf(['copy', 'frozen', 'reference'], 'copy'),
  classes: elsewhere<RevivedClasses>(),
  types: elsewhere<ValueTypes>(),
  classLoss: oneOf<ClassLoss, undefined>(['plain', 'refuse'], undefined),
  nearTtl: duration(undefined),
  maxEntries: maxEntries(),
  maxBytes: count(undefined),
  timeout: duration(250, { shortIsUsual: true }),
  intents: flag(false),
  readLease: flagOr(['honour']),
  tags: flagOr(['everywhere']),
  intentLease: duration('30s'),
  enabled: flag(true),
  disableBulk: flag(false),
  bulkSeed: oneOf<BulkSeed, BulkSeed>(['always', 'never', 'missing'], 'always'),
  readGuard: callable<ReadGuard>(),
  onFailure: oneOf(['throw', 'report'], 'throw'),
  maxLoads: count(undefined),
  refreshContext: oneOfOrCallable<'none' | 'caller', (run: () => Promise<void>) => unknown>(['none', 'caller']),
  verify: verifyOption,
  history: count(0, { least: 0, most: 100_000 }),
  computeSetCost: callable<ComputeSetCost>(),
  partition: callable<() => string>(),
};

export const NAMESPACE_TABLE = {
  namespace: ruled(assertNamespace),
  ...PARTS_TABLE,
  ...SETTINGS_TABLE,
} satisfies OptionTable<CasCacheNamespaceOptions>;

const SETTINGS = new Options(SETTINGS_TABLE);

/** Every default of a namespace. */
export const DEFAULTS = SETTINGS.defaults;

/** What the core reads: checked, complete, in milliseconds. The parts (provider, codec, stores, hooks) travel apart. */
export interface ResolvedNamespaceOptions extends ResolvedOptions<typeof SETTINGS_TABLE> {
  readonly namespace: string;
  readonly bulkTtlMs: number;
}

/**
 * Checks the options of a namespace and fills in what is absent: its own, then `defaults`, then {@link DEFAULTS}.
 *
 * @param onShort is told of durations whose unit was probably forgotten, of the namespace's own
 * @throws CasKeyError, CasTtlError, CasConfigError naming the option and what to change
 */
export function resolveNamespaceOptions(
  options: CasCacheNamespaceOptions,
  defaults: Partial<CasCacheNamespaceOptions> = {},
  onShort?: OptionOwner['onShort'],
): ResolvedNamespaceOptions {
  const { namespace } = options;
  assertNamespace(namespace);
  const owner = { name: (option: string) => `${option} of namespace "${namespace}"`, context: { namespace } };
  const shared = SETTINGS.resolve(defaults, owner);
  const resolved = SETTINGS.resolve(options, { ...owner, onShort }, shared);
  // A ttl of the namespace itself is nearer than a bulkTtl of the defaults.
  const ownTtl = options.bulkTtl === undefined && options.ttl !== undefined;
  const bulkTtlMs = (ownTtl ? undefined : resolved.bulkTtlMs) ?? resolved.ttlMs;
  const classes = merged(shared.classes, options.classes);
  const types = merged(shared.types, options.types);
  assertInstances(classes, types, namespace);
  return Object.freeze({ ...resolved, namespace, bulkTtlMs, classes, types });
}

/** A namespace adds to the classes of the defaults. */
function merged<T extends object>(shared: T | undefined, own: T | undefined): T | undefined {
  return shared === undefined || own === undefined ? (own ?? shared) : { ...shared, ...own };
}

/** @throws CasConfigError */
function assertInstances(classes: RevivedClasses | undefined, types: ValueTypes | undefined, namespace: string): void {
  try {
    void new InstanceTable(classes, types);
  } catch (error) {
    if (!(error instanceof CasConfigError)) throw error;
    throw new CasConfigError(`classes and types of namespace "${namespace}": ${error.message}`, { namespace });
  }
}
