import type { Awaitable } from '../contracts/awaitable.js';
import type { CasCodec } from '../contracts/codec.js';
import type { CellStore } from '../contracts/entry-cells.js';
import type { GenerationStore } from '../contracts/generation-store.js';
import type { CasHooks } from '../contracts/hooks.js';
import type { CasProvider } from '../contracts/provider.js';
import { MsgpackCodec } from '../codecs/msgpack.codec.js';
import type { CasCacheNamespaceOptions } from '../core/options/namespace-options.js';
import { SYSTEM_TIMERS } from '../common/timers.js';
import { parseTtl } from '../common/ttl.js';
import { withTimeout } from '../core/support/with-timeout.js';
import { LocalGenerationStore } from '../generations/local-generation-store.js';
import { NestLoggerHooks } from '../hooks/nest-logger.hooks.js';
import type { FaultLogger } from '../hooks/nest-logger.hooks.js';
import { redactorOf } from '../keys/redact-key.js';
import { MemoryCells } from '../memory/memory-cells.js';
import { MemoryProvider } from '../providers/memory-provider.js';
import { loadRedis } from './load-redis.js';
import type { RedisParts } from './load-redis.js';
import type { ResolvedModuleOptions } from './resolve-module-options.js';

/** How long the start of an application may wait for Redis: as long as an operation by default. */
const PATIENCE_MS = 250;

/** Something with an end. */
export interface Closable {
  close(): Awaitable<void>;
}

type RedisConnection = InstanceType<RedisParts['RedisConnection']>;

/**
 * The stores of one application, as its topology has them. Each is made when it is first asked for, so that one which
 * is overridden in a test is never made, and Redis never asked for.
 *
 * Closes what it made, and nothing that it was given.
 */
export class ApplicationStores {
  private readonly made: Closable[] = [];
  private connection: Promise<{ parts: RedisParts; connection: RedisConnection }> | undefined;
  private memory: MemoryProvider | undefined;
  private local: LocalGenerationStore | undefined;
  private cells: CellStore | undefined;
  /** Names the Redis, without user and password, once it was asked for. */
  server: string | undefined;

  constructor(
    readonly options: ResolvedModuleOptions,
    readonly logger: FaultLogger,
    private readonly load: () => Promise<RedisParts> = loadRedis,
  ) {}

  async provider(): Promise<CasProvider> {
    const { provider, topology } = this.options;
    if (provider !== undefined) return provider;
    if (topology === 'memory' || topology === 'near') {
      this.memory = this.own(new MemoryProvider());
      return this.memory;
    }
    const { parts, connection } = await this.connect();
    return this.own(new parts.RedisProvider(connection) as CasProvider);
  }

  async generations(): Promise<GenerationStore> {
    const { genStore, topology } = this.options;
    if (genStore !== undefined) return genStore;
    if (topology === 'memory') {
      this.local = this.own(new LocalGenerationStore());
      return this.local;
    }
    const { parts, connection } = await this.connect();
    return this.own(new parts.RedisGenerationStore(connection));
  }

  /** The tier in process in front of `provider`, where the topology has one. */
  near(provider: CasProvider): CasProvider | undefined {
    const tiered = this.options.topology === 'tiered' && provider.holds === 'bytes';
    return tiered ? this.own(new MemoryProvider()) : undefined;
  }

  codec(): CasCodec {
    return this.options.codec ?? new MsgpackCodec();
  }

  /** Turns a key into what may be logged. */
  get redactKey(): (key: string) => string {
    return redactorOf(this.options.redactKey);
  }

  hooks(): readonly CasHooks[] {
    const { hooks, logger } = this.options;
    return logger ? [new NestLoggerHooks({ logger: this.logger, redactKey: this.redactKey }), ...hooks] : hooks;
  }

  /**
   * Where entry and generation of a key can be in one cell: of the topology's own stores, used together. One that a
   * test has put in their place, or a namespace has of its own, is used apart.
   */
  cellsOf(provider: CasProvider, generations: GenerationStore): CellStore | undefined {
    const { memory, local } = this;
    if (memory === undefined || provider !== memory || local === undefined || generations !== local) return undefined;
    this.cells ??= MemoryCells.of(memory, local);
    return this.cells;
  }

  /** Whether this provider is the topology's own store of values in process. */
  isOwnMemory(provider: CasProvider): boolean {
    return this.memory !== undefined && provider === this.memory;
  }

  /**
   * Opens the connection, where there is one: until then it opens with its first use. Waits for it as long as an
   * operation would, so that what an application serves first finds its cache; a Redis that is away holds nothing up.
   */
  async open(): Promise<void> {
    const made = await this.connection?.catch(() => undefined);
    if (made !== undefined) await withTimeout(made.connection.connect(), PATIENCE_MS, SYSTEM_TIMERS);
  }

  /** The connection last: the stores on it may still have something to say. Answers what did not close. */
  async close(): Promise<unknown[]> {
    const errors = await closeAll(this.made);
    // One that could not be made is not there to be closed. The code that asked for it was told why.
    const opened = await this.connection?.catch(() => undefined);
    return opened === undefined ? errors : [...errors, ...(await closeAll([opened.connection]))];
  }

  private connect(): Promise<{ parts: RedisParts; connection: RedisConnection }> {
    this.connection ??= this.make();
    return this.connection;
  }

  private async make(): Promise<{ parts: RedisParts; connection: RedisConnection }> {
    const parts = await this.load();
    const { redis, keyPrefix, waitReplicas, onFailover, defaults } = this.options;
    const connection = new parts.RedisConnection(redis as ConstructorParameters<RedisParts['RedisConnection']>[0], {
      keyPrefix,
      waitReplicas,
      onFailover,
      waitTimeout: waitTimeout(defaults.timeout),
      onWarning: (message) => this.logger.warn(message),
    });
    this.server = connection.where;
    return { parts, connection };
  }

  private own<T extends Closable>(store: T): T {
    this.made.push(store);
    return store;
  }
}

/** What the replicas may take of an operation's time: the rest is for the way there and back. */
function waitTimeout(timeout: CasCacheNamespaceOptions['timeout']): number | undefined {
  return timeout === undefined ? undefined : Math.ceil(parseTtl(timeout, 'timeout') * 0.8);
}

/** Closes each, whatever becomes of the others. */
export async function closeAll(stores: readonly Closable[]): Promise<unknown[]> {
  const results = await Promise.allSettled(stores.map(async (store) => store.close()));
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
}
