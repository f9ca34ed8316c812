import type { CasCodec } from '../../contracts/codec.js';
import type { GenerationStore } from '../../contracts/generation-store.js';
import type { CasHooks } from '../../contracts/hooks.js';
import type { CasProvider } from '../../contracts/provider.js';
import { CasConfigError } from '../../errors.js';
import { assertNamespace } from '../../keys/assert-key.js';
import { READ_DEFAULTS, resolveReadOptions } from './load-options.js';
import type { ReadOptions, ResolvedReadOptions } from './load-options.js';
import type { Isolation } from '../values/isolation.js';
import { parseTtl } from '../../common/ttl.js';
import type { Ttl } from '../../common/ttl.js';

/** The weight of an entry. `key` is its storage key, `raw` the frame, `n` the number of members (1 for a single). */
export type ComputeSetCost = (key: string, raw: Uint8Array, isBulk: boolean, n: number) => number;

/** The options of one namespace. What is absent or `undefined` is taken from the module's `defaults`, then from {@link DEFAULTS}. */
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
  /** How long an entry lives. Default `'10m'`. */
  readonly ttl?: Ttl | undefined;
  /** How long a bulk entry lives. Default: `ttl`. */
  readonly bulkTtl?: Ttl | undefined;
  /** What a hit hands out where values are held in process. Default `'copy'`. */
  readonly isolation?: Isolation | undefined;
  /** How long an entry lives in this process, in front of Redis (topology `tiered`), at most. Default: as long as in Redis. */
  readonly nearTtl?: Ttl | undefined;
  /** The most entries that this process holds of the namespace. Default 10,000. */
  readonly maxEntries?: number | undefined;
  /** The most bytes that this process holds of the namespace. Makes it hold bytes, through the codec, not values. */
  readonly maxBytes?: number | undefined;
  /** The deadline of one operation on the stores. Default 250 ms. */
  readonly timeout?: Ttl | undefined;
  /**
   * Whether writers of this namespace, in any replica, use write intents: say so in all of them. After a failover that may
   * have lost open intents nothing is filled for one lease then. `withWriteIntent` makes it true for its process. Default
   * `false`.
   */
  readonly intents?: boolean | undefined;
  /** How long a write intent stays open should its process die. Renewed while the write runs. Default `'30s'`. */
  readonly intentLease?: Ttl | undefined;
  /** `false`: reads miss and fills are skipped; loaders run, and `invalidate`, `clear` and intents still act. Default `true`. */
  readonly enabled?: boolean | undefined;
  /** `true`: no bulk entries, only singles. Default `false`. */
  readonly disableBulk?: boolean | undefined;
  /** The weight of an entry for a provider of bytes in process: what weighs more per byte is evicted first. */
  readonly computeSetCost?: ComputeSetCost | undefined;
}

/** Every default of a namespace, besides {@link READ_DEFAULTS}. */
export const DEFAULTS = Object.freeze({
  timeout: 250,
  isolation: 'copy' as Isolation,
  maxEntries: 10_000,
  intents: false,
  intentLease: '30s',
  enabled: true,
  disableBulk: false,
});

/** What the core reads: checked, complete, in milliseconds. The parts (provider, codec, stores, hooks) travel apart. */
export interface ResolvedNamespaceOptions extends ResolvedReadOptions {
  readonly namespace: string;
  readonly bulkTtlMs: number;
  readonly timeoutMs: number;
  readonly isolation: Isolation;
  readonly nearTtlMs: number | undefined;
  readonly maxEntries: number;
  readonly maxBytes: number | undefined;
  readonly intents: boolean;
  readonly intentLeaseMs: number;
  readonly enabled: boolean;
  readonly disableBulk: boolean;
  readonly computeSetCost: ComputeSetCost | undefined;
}

/**
 * Checks the options of a namespace and fills in what is absent: its own, then `defaults`, then {@link DEFAULTS}.
 *
 * @throws CasKeyError, CasTtlError, CasConfigError naming the option and what to change
 */
export function resolveNamespaceOptions(
  options: CasCacheNamespaceOptions,
  defaults: Partial<CasCacheNamespaceOptions> = {},
): ResolvedNamespaceOptions {
  const { namespace } = options;
  assertNamespace(namespace);
  const name = (option: string): string => `${option} of namespace "${namespace}"`;
  const reading = resolveReadOptions(options, resolveReadOptions(defaults, READ_DEFAULTS, name), name);
  const isolation = options.isolation ?? defaults.isolation ?? DEFAULTS.isolation;
  if (isolation !== 'copy' && isolation !== 'frozen' && isolation !== 'reference') {
    throw new CasConfigError(`${name('isolation')}: give 'copy', 'frozen' or 'reference'.`, { namespace });
  }
  // A ttl of the namespace itself is nearer than a bulkTtl of the defaults.
  const bulkTtl = options.bulkTtl ?? (options.ttl === undefined ? defaults.bulkTtl : undefined) ?? reading.ttlMs;
  const nearTtl = options.nearTtl ?? defaults.nearTtl;
  return Object.freeze({
    ...reading,
    namespace,
    bulkTtlMs: parseTtl(bulkTtl, name('bulkTtl')),
    timeoutMs: parseTtl(options.timeout ?? defaults.timeout ?? DEFAULTS.timeout, name('timeout')),
    isolation,
    nearTtlMs: nearTtl === undefined ? undefined : parseTtl(nearTtl, name('nearTtl')),
    maxEntries: count(options.maxEntries ?? defaults.maxEntries ?? DEFAULTS.maxEntries, name('maxEntries'), namespace),
    maxBytes: optionalCount(options.maxBytes ?? defaults.maxBytes, name('maxBytes'), namespace),
    intents: flag(options.intents ?? defaults.intents ?? DEFAULTS.intents, name('intents'), namespace),
    intentLeaseMs: parseTtl(options.intentLease ?? defaults.intentLease ?? DEFAULTS.intentLease, name('intentLease')),
    enabled: flag(options.enabled ?? defaults.enabled ?? DEFAULTS.enabled, name('enabled'), namespace),
    disableBulk: flag(
      options.disableBulk ?? defaults.disableBulk ?? DEFAULTS.disableBulk,
      name('disableBulk'),
      namespace,
    ),
    computeSetCost: optionalFunction(
      options.computeSetCost ?? defaults.computeSetCost,
      name('computeSetCost'),
      namespace,
    ),
  });
}

function count(value: number, name: string, namespace: string): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new CasConfigError(`${name}: give a whole number of at least 1.`, { namespace });
  }
  return value;
}

function optionalCount(value: number | undefined, name: string, namespace: string): number | undefined {
  return value === undefined ? undefined : count(value, name, namespace);
}

function optionalFunction<F>(value: F, name: string, namespace: string): F {
  if (value !== undefined && typeof value !== 'function') {
    throw new CasConfigError(`${name}: give a function.`, { namespace });
  }
  return value;
}

/** A flag read from the environment as text would be truthy whatever it says. */
function flag(value: boolean, name: string, namespace: string): boolean {
  if (typeof value !== 'boolean') throw new CasConfigError(`${name}: give true or false.`, { namespace });
  return value;
}
