import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import type { CasCodec } from '../contracts/codec.js';
import type { GenerationStore } from '../contracts/generation-store.js';
import type { CasHooks } from '../contracts/hooks.js';
import type { CasProvider } from '../contracts/provider.js';
import { callable, elsewhere, flag, oneOf } from '../common/options/kinds.js';
import type { OptionTable } from '../common/options/option.js';
import { SHARED_REDIS_TABLE } from '../common/options/redis-options.js';
import type { SharedRedisOptions } from '../common/options/redis-options.js';
import { PARTS_TABLE } from '../core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../core/options/namespace-options.js';

/**
 * Where values and generations live.
 * - `memory`: both in this process. One process only.
 * - `near`: values in this process, generations in Redis.
 * - `redis`: both in Redis.
 * - `tiered`: values in Redis and, in front of it, in this process; generations in Redis.
 */
export type CasTopology = 'memory' | 'near' | 'redis' | 'tiered';

/** An ioredis client: `Redis` (Sentinel included) or `Cluster`. A template: it is duplicated, never used or closed. */
export interface RedisLike {
  readonly status: string;
  duplicate(...args: never[]): unknown;
  pipeline(...args: never[]): unknown;
}

/** The options of an ioredis client; for a Cluster, its options and `nodes`. Every other option of ioredis goes too. */
export type RedisOptionsLike = KnownRedisOptions | Readonly<Record<string, unknown>>;

interface KnownRedisOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
  readonly db?: number | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: object | undefined;
  readonly sentinels?: readonly object[] | null | undefined;
  readonly name?: string | undefined;
  readonly nodes?: readonly (string | number | object)[] | undefined;
}

/** The options of the module. An option that is `undefined` counts as absent. */
export interface CasCacheModuleOptions extends SharedRedisOptions {
  /**
   * Whether the registry and the tokens can be injected everywhere. Caches come from forFeature in either case. Default
   * `true`.
   */
  readonly isGlobal?: boolean | undefined;
  /**
   * Where Redis is: an ioredis client, its options, or a URL (`redis://`, `rediss://`, `valkey://`, `valkeys://`,
   * `unix://`) whose user and password are percent-encoded. Given alone, the topology is `'redis'`. Given, and not set
   * (`undefined`, `null`, `''`, `{}`), it is an error, unless `topology: 'memory'` is given too.
   */
  readonly redis?: RedisLike | RedisOptionsLike | string | undefined;
  /** Default: `'redis'` where `redis` is given, else `'memory'`. */
  readonly topology?: CasTopology | undefined;
  /** Where entries live, in place of the topology's own. Stays open: the code that made it closes it. */
  readonly provider?: CasProvider | undefined;
  /** How values become bytes, where they do. Default: `new MsgpackCodec()`. */
  readonly codec?: CasCodec | undefined;
  /** Where generations live, in place of the topology's own. Stays open: the code that made it closes it. */
  readonly genStore?: GenerationStore | undefined;
  /** Receive the events of every namespace. */
  readonly hooks?: CasHooks | readonly CasHooks[] | undefined;
  /**
   * Whether faults and warnings go to Nest's `Logger`, at most one line per kind in 10 s, keys redacted. Default
   * `true`.
   */
  readonly logger?: boolean | undefined;
  /**
   * Turns a key, or a tag, into what may stand in a log, for the lines of the logger and the texts of `explain`; in a
   * namespace with partitions the key has its partition in front (`splitPartitionKey`). Where it fails, the default
   * takes its place: `redactKey`, a part of the SHA-256 and the length.
   */
  readonly redactKey?: ((key: string) => string) | undefined;
  /**
   * What a `@CasInvalidate` method does on an instance that has no cache, such as one made with `new`, while this
   * application lives: `'warn'` (default) says once for each class that nothing is invalidated, `'throw'` rejects the
   * call with `CasConfigError`, and the method does not run.
   */
  readonly unbound?: 'warn' | 'throw' | undefined;
  /** For every namespace that does not say otherwise. */
  readonly defaults?: Partial<Omit<CasCacheNamespaceOptions, 'namespace'>> | undefined;
}

/** How they are checked, and what they are where they are absent. */
export const MODULE_TABLE = {
  isGlobal: flag(true),
  redis: elsewhere<NonNullable<CasCacheModuleOptions['redis']>>(),
  topology: oneOf(['memory', 'near', 'redis', 'tiered'], undefined),
  ...PARTS_TABLE,
  logger: flag(true),
  redactKey: callable<(key: string) => string>(),
  ...SHARED_REDIS_TABLE,
  unbound: oneOf(['warn', 'throw'], 'warn'),
  defaults: elsewhere<NonNullable<CasCacheModuleOptions['defaults']>>(),
} satisfies OptionTable<CasCacheModuleOptions>;

/** Makes the options, for `forRootAsync({ useClass })` and `{ useExisting }`. */
export interface CasCacheOptionsFactory {
  createCasCacheOptions(): Promise<CasCacheModuleOptions> | CasCacheModuleOptions;
}

/** Exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface CasCacheModuleAsyncOptions {
  /** Here, not in the factory's answer: what is exported is settled before any factory runs. Default `true`. */
  readonly isGlobal?: boolean | undefined;
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: FactoryProvider['inject'];
  /** Gets the instances of `inject`. */
  // eslint-disable-next-line typescript/no-explicit-any -- what is injected is known to the caller alone, as in Nest's own factories
  readonly useFactory?: ((...injected: any[]) => Promise<CasCacheModuleOptions> | CasCacheModuleOptions) | undefined;
  readonly useClass?: Type<CasCacheOptionsFactory> | undefined;
  readonly useExisting?: Type<CasCacheOptionsFactory> | string | symbol | undefined;
}

/** The name is given apart from the options: other modules may refer to it before they are made. */
export interface CasCacheFeatureAsyncOptions {
  readonly namespace: string;
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: FactoryProvider['inject'];
  /** Gets the instances of `inject`. */
  readonly useFactory: (
    // eslint-disable-next-line typescript/no-explicit-any -- as above
    ...injected: any[]
  ) => Promise<Omit<CasCacheNamespaceOptions, 'namespace'>> | Omit<CasCacheNamespaceOptions, 'namespace'>;
}
