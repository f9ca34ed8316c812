import { Command as RedisCommand } from 'ioredis';
import type { Cluster, Redis } from 'ioredis';
import { CasConfigError } from '../errors.js';
import { ConnectionGate } from './connection-gate.js';
import { hashedPart } from './key-names.js';
import { ReadBatcher } from './read-batcher.js';
import type { Reply } from './read-batcher.js';
import { asError, isTryAgain, toCacheError } from './redis-errors.js';
import { isCluster, openClient } from './redis-source.js';
import type { RedisSource } from './redis-source.js';
import { ScriptRunner } from './script-runner.js';
import type { Command } from './script-runner.js';

export interface RedisConnectionOptions {
  /** Put before every key, after the client's own `keyPrefix`. */
  readonly keyPrefix?: string | undefined;
  /** Told once what this server cannot do. By default a warning of the process. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** How long a server may take to say goodbye before its connection is dropped. */
const QUIT_MS = 500;
/** A Cluster that is down is not asked for its slots by every command that fails. */
const REFRESH_MS = 100;

/**
 * A connection to Redis (standalone, through Sentinel, or Cluster) with the options that the protocol needs, made for us
 * alone. Give the same one to a `RedisProvider` and a `RedisGenerationStore` and they share it, and each read, fill and
 * invalidation of a key becomes one atomic round trip. Whoever makes it closes it.
 *
 * Commands fail at once with `CasUnavailableError` while there is no connection, and none is ever sent twice or later.
 *
 * @throws CasConfigError when `source` is nothing that can be connected to, or would read from replicas
 */
export class RedisConnection {
  readonly isCluster: boolean;
  /** What stands before every key: the client's prefix and ours. */
  readonly keyPrefix: string;
  /** @internal */
  readonly reads: ReadBatcher;
  /** @internal */
  readonly scripts: ScriptRunner;
  /**
   * For the scripts that end an era or open a key: what they did has to outlive a failover, where replicas are waited for.
   *
   * @internal
   */
  readonly durable: ScriptRunner;
  private readonly client: Redis | Cluster;
  private readonly gate: ConnectionGate;
  private readonly where: string;
  private closing: Promise<void> | undefined;
  private refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly source: RedisSource,
    options: RedisConnectionOptions = {},
  ) {
    const { client, keyPrefix, where } = openClient(source);
    this.client = client;
    this.where = where;
    this.isCluster = isCluster(client);
    this.keyPrefix = keyPrefix + (options.keyPrefix ?? '');
    this.gate = new ConnectionGate(client, where);
    this.reads = new ReadBatcher((keys) => this.mget(keys), this.isCluster ? hashedPart : undefined);
    this.scripts = new ScriptRunner(this, options.onWarning ?? warn);
    this.durable = this.scripts;
  }

  /**
   * The connection of a part: the one that it was given, else one of its own, to be closed with it.
   *
   * @internal
   */
  static for(redis: RedisConnection | RedisSource, options: RedisConnectionOptions): OwnedConnection {
    if (!(redis instanceof RedisConnection)) return { connection: new RedisConnection(redis, options), owned: true };
    if (options.keyPrefix === undefined) return { connection: redis, owned: false };
    throw new CasConfigError(
      'A RedisConnection has its keyPrefix already: give it to the connection, not to its parts.',
    );
  }

  /** Whether both lead to the same keys: made from the same client, options object or URL, with the same prefix. */
  reaches(other: RedisConnection): boolean {
    return this === other || (this.source === other.source && this.keyPrefix === other.keyPrefix);
  }

  /**
   * The node of a Cluster that has the slot of the key `name`, as far as it is known here now.
   *
   * @internal
   */
  partOf(name: string): string | undefined {
    const { client } = this;
    if (!isCluster(client)) return undefined;
    return client.slots[new RedisCommand('get', [name]).getSlot()]?.[0];
  }

  /** @internal */
  async call([name, ...args]: Command): Promise<unknown> {
    if (!this.gate.isOpen) await this.gate.pass();
    try {
      return await this.client.call(name, args);
    } catch (error) {
      throw this.fault(error);
    }
  }

  /**
   * Sends all at once. Answers in their order, with an `Error` in the place of each that failed.
   *
   * @throws CasUnavailableError when there is no connection to send any of them on
   * @internal
   */
  async callMany(commands: readonly Command[]): Promise<unknown[]> {
    if (commands.length === 0) return [];
    if (!this.gate.isOpen) await this.gate.pass();
    // A pipeline of ioredis goes to one node and does not follow redirections one by one; single commands do both.
    if (isCluster(this.client)) return Promise.all(commands.map((command) => this.call(command).catch(asError)));
    const pipeline = this.client.pipeline();
    for (const [name, ...args] of commands) pipeline.call(name, args);
    const replies = (await pipeline.exec()) ?? [];
    return replies.map(([error, reply]) => (error ? this.fault(error) : reply));
  }

  /**
   * The servers that hold keys now, as they are known after asking anew.
   *
   * @internal
   */
  async masters(): Promise<readonly Redis[]> {
    await this.gate.pass();
    const { client } = this;
    if (!isCluster(client)) return [client];
    await new Promise<void>((resolve, reject) => {
      client.refreshSlotsCache((fault) => (fault ? reject(this.fault(fault)) : resolve()));
    });
    return client.nodes('master');
  }

  /** Closes our connection, once, and never fails: a server that does not answer is left without a word. */
  close(): Promise<void> {
    this.closing ??= this.disconnect();
    return this.closing;
  }

  private async mget(keys: string[]): Promise<readonly Reply[]> {
    if (!this.gate.isOpen) await this.gate.pass();
    try {
      return (await this.client.callBuffer('mget', keys)) as Reply[];
    } catch (error) {
      if (isTryAgain(error) && keys.length > 1) return this.getEach(keys);
      throw this.fault(error);
    }
  }

  /** While their slot moves. MGET of one key, as of many, takes one of another type for none. */
  private async getEach(keys: readonly string[]): Promise<readonly Reply[]> {
    const replies = await Promise.all(keys.map((key) => this.mget([key])));
    return replies.map(([reply]) => reply ?? null);
  }

  private async disconnect(): Promise<void> {
    const quit = this.gate.isOpen;
    this.gate.close();
    if (quit) await withinQuitTime(this.client.quit());
    this.client.disconnect();
  }

  private fault(cause: unknown): Error {
    const error = toCacheError(cause, this.where);
    const { client } = this;
    if (error === cause || isTryAgain(error) || !isCluster(client) || !this.gate.isOpen) return error;
    if (performance.now() - this.refreshedAt > REFRESH_MS) {
      this.refreshedAt = performance.now();
      client.refreshSlotsCache();
    }
    return error;
  }
}

/** @internal */
export interface OwnedConnection {
  readonly connection: RedisConnection;
  readonly owned: boolean;
}

async function withinQuitTime(quit: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, QUIT_MS);
  });
  await Promise.race([quit.catch(() => undefined), late]);
  clearTimeout(timer);
}

function warn(message: string): void {
  process.emitWarning(message, 'CasCacheWarning');
}
