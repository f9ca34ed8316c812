import type { Cluster, Redis } from 'ioredis';
import type { FillPatience } from '../../contracts/fill-patience.js';
import { CasConfigError } from '../../errors.js';
import { BatchedReads } from './batched-reads.js';
import { ClusterServers } from './cluster-servers.js';
import { ConnectionGate } from './connection-gate.js';
import { connectionOptionsIn, failoverOptions } from './connection-options.js';
import type { FailoverOptions, RedisConnectionOptions } from './connection-options.js';
import { DurableCommands } from './durable-commands.js';
import type { Master } from './master.js';
import { KeyNames } from '../cells/key-names.js';
import { keySlot } from '../cells/key-slot.js';
import { NeededCommands } from './needed-commands.js';
import { Persistence } from './persistence.js';
import { keyOf } from './key-of.js';
import type { ReadBatcher } from './read-batcher.js';
import { PatientFills } from './patient-fills.js';
import type { ReadAt, TimedReply } from './read-scripts.js';
import { asError } from '../../common/attempt.js';
import { isLoss, toCacheError } from '../scripts/redis-errors.js';
import { isCluster, openClient } from './redis-source.js';
import type { Owned } from './owned.js';
import type { RedisSource } from './redis-source.js';
import { ScriptDialect } from '../scripts/script-dialect.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import type { KnownServer, RedisFollower } from '../scripts/redis-follower.js';
import type { Command, ScriptCall } from '../scripts/script-runner.js';
import { serving } from './serving.js';
import type { RedisServerState } from './server-state.js';
import { OnlyServer, toKnown } from './servers.js';
import type { Send, Servers } from './servers.js';
import { runEvery, SYSTEM_TIMERS } from '../../common/timers.js';
import { emitWarning, onceEach } from './warnings.js';
import { withinQuitTime } from './within-quit-time.js';
import { Vetting } from '../vetting/vetting.js';

export type { RedisConnectionOptions } from './connection-options.js';

/** How often markers are written anew. */
const MARKER_MS = 60_000;

/**
 * A connection to Redis (standalone, through Sentinel, or Cluster) with the options that the protocol needs, made for
 * us alone. Give the same one to a `RedisProvider` and a `RedisGenerationStore` and they share it, and each read, fill
 * and invalidation of a key becomes one atomic round trip. It opens with the first operation, or with `connect()`. The
 * code that makes it closes it.
 *
 * Reads and fills fail at once with `CasUnavailableError` while there is no connection, or none to a master that is
 * known to have lost nothing, and no read is ever sent twice or later. What ends a generation, or opens or settles a
 * key, waits for the connection within the deadline of its caller, and is sent again where it may have been lost; so is
 * the fill of a loaded value, behind its caller.
 *
 * @throws CasConfigError when `source` is nothing that can be connected to, or would read from replicas, or for an
 *   option that cannot work
 */
export class RedisConnection {
  readonly isCluster: boolean;
  /** What stands before every key: the client's prefix and ours. */
  readonly keyPrefix: string;
  /** @internal */
  readonly reads: ReadBatcher;
  /** Of entries, with the time that they still have. @internal */
  readonly timedReads: ReadBatcher<TimedReply>;
  /** @internal */
  readonly scripts: ScriptRunner;
  /**
   * For the scripts that end a generation or open a key: what they did has to outlive a failover, where replicas are
   * waited for. They run on a master that is still being vetted, too.
   *
   * @internal
   */
  readonly durable: ScriptRunner;
  /** What is called every minute, so that a server which evicts keeps what costs most to lose. @internal */
  readonly kept = new Set<() => void>();
  private readonly fills: PatientFills;
  private readonly client: Redis | Cluster;
  private readonly gate: ConnectionGate;
  /** Tells the user of something, once. @internal */
  readonly warn: (message: string) => void;
  /** @internal */
  readonly nodes: Servers;
  private readonly batched: BatchedReads;
  /** @internal */
  readonly failover: FailoverOptions;
  private readonly needed: NeededCommands;
  /** Names the server in messages. Never has credentials. */
  readonly where: string;
  /** @internal */
  readonly persistence: Persistence;
  private readonly stopMarking: () => void;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly source: RedisSource,
    options: RedisConnectionOptions = {},
  ) {
    this.failover = failoverOptions(options);
    this.warn = onceEach(options.onWarning ?? emitWarning);
    const { client, keyPrefix, where } = openClient(source, this.warn);
    const { timers = SYSTEM_TIMERS } = options;
    this.client = client;
    this.where = where;
    this.isCluster = isCluster(client);
    this.keyPrefix = keyPrefix + (options.keyPrefix ?? '');
    const dialect = new ScriptDialect(this.warn);
    this.needed = new NeededCommands(this.isCluster, this.failover, this.keyPrefix);
    const names = new KeyNames(this.keyPrefix, this.isCluster);
    const { onFailover, waitReplicas } = this.failover;
    this.persistence = new Persistence(timers);
    const serve = serving(this.failover, {
      vetting: onFailover === 'trust' ? undefined : new Vetting(names, this.keyPrefix, this.isCluster, dialect),
      proving: isCluster(client) || Boolean(client.options.sentinels) || waitReplicas > 0,
      timers,
      dialect,
      explained: this.needed.explained,
      onReady: this.persistence.wake,
      deadlineMs: () => this.persistence.expected,
    });
    this.nodes = isCluster(client) ? new ClusterServers(client, serve) : new OnlyServer(serve(client, where));
    this.gate = new ConnectionGate(client, where, () => this.nodes.connect());
    this.stopMarking = runEvery(timers, MARKER_MS, () => {
      for (const server of this.nodes.all()) void server.renewMarker();
      for (const keep of this.kept) keep();
    });

    const { gate, isCluster: isOfMany } = this;
    const read: ReadAt = (key, send) => this.nodes.route(key, false, (server, asking) => server.read(send, asking));
    const fault = (cause: unknown): Error => this.fault(cause);
    this.batched = new BatchedReads({ isCluster: isOfMany, gate, read, fault }, dialect);
    this.reads = this.batched.entries;
    this.timedReads = this.batched.timed;
    this.scripts = new ScriptRunner(this, dialect);
    this.durable = new ScriptRunner(new DurableCommands(this, this.persistence), dialect);
    this.fills = new PatientFills(this, this.persistence, dialect);
  }

  /**
   * The connection of a part: the one that it was given, else one of its own, to be closed with it.
   *
   * @internal
   */
  static for(redis: RedisConnection | RedisSource, options: RedisConnectionOptions): Owned<RedisConnection> {
    if (!(redis instanceof RedisConnection)) return { connection: new RedisConnection(redis, options), owned: true };
    const [misplaced] = connectionOptionsIn(options);
    if (misplaced === undefined) return { connection: redis, owned: false };
    throw new CasConfigError(
      `A RedisConnection has its ${misplaced} already: give it to the connection, not to its parts.`,
    );
  }

  /** Whether both lead to the same keys: made from the same client, options object or URL, with the same options. */
  reaches(other: RedisConnection): boolean {
    if (this === other) return true;
    const [ours, theirs] = [this.failover, other.failover];
    const alike = ours.onFailover === theirs.onFailover && ours.waitReplicas === theirs.waitReplicas;
    return alike && this.source === other.source && this.keyPrefix === other.keyPrefix;
  }

  /**
   * The node of a Cluster that has the slot of the key `name`, as far as it is known here now.
   *
   * @internal
   */
  partOf(name: string): string | undefined {
    const { client } = this;
    return isCluster(client) ? client.slots[keySlot(name)]?.[0] : undefined;
  }

  /**
   * Whether the master that has the key `name` has taken the place of another within the last `ms`, or may have: it was
   * started, or promoted, or is not known. Answered from memory.
   *
   * When it was never promoted, the time of its start counts, so that a first application on a server that has been up
   * for long need not wait. A server that has just started, with nothing on it, looks like one that lost everything,
   * and counts as that.
   *
   * @internal
   */
  masterChangedWithin(name: string, ms: number): boolean {
    // A process that is only ever asked this would never come to know its master.
    void this.gate.attempted();
    return this.failover.onFailover === 'drop' && (this.nodes.of(name)?.changedWithin(ms) ?? true);
  }

  /**
   * For the scripts of a fill, which is begun now.
   *
   * @param patience of a fill whose caller does not wait
   * @internal
   */
  scriptsOf(patience: FillPatience | undefined): ScriptRunner {
    return patience === undefined ? this.scripts : this.fills.scripts(patience);
  }

  /**
   * @param durable for what ends a generation or opens a key
   * @internal
   */
  call(command: Command, durable = false): Promise<unknown> {
    return this.gate.through(() =>
      this.send(keyOf(command), durable, (server, asking) =>
        durable ? server.callDurably(command, asking) : server.call(() => command, asking),
      ),
    );
  }

  /** A command on the key `name`, made for the server that it is sent to when it is sent. @internal */
  callKnown(name: string, make: (server: KnownServer) => Command): Promise<unknown> {
    return this.gate.through(() => this.send(name, false, toKnown(make)));
  }

  /**
   * Sends all at once. Answers in their order, with an `Error` in the place of each that failed.
   *
   * @param follower is sent behind them to a server that is known, and never in a Cluster. `durable` is as for `call`
   * @throws CasUnavailableError when there is no connection to send any of them on. @internal
   */
  async callMany(commands: readonly Command[], durable = false, follower?: RedisFollower): Promise<unknown[]> {
    if (commands.length === 0) return [];
    if (!this.gate.isOpen) await this.gate.pass();
    // Keys of a Cluster are on many nodes, and each may be redirected.
    if (this.isCluster) return Promise.all(commands.map((command) => this.call(command, durable).catch(asError)));
    const replies = await this.nodes.route('', durable, (server) => {
      const sent = follower?.behind(commands, server.known) ?? commands;
      return durable ? server.callManyDurably(sent) : server.callMany(sent);
    });
    const own = follower?.taken(replies, commands) ?? replies;
    return own.map((reply) => (reply instanceof Error ? this.fault(reply) : reply));
  }

  /** @internal */
  readOrIssue(call: ScriptCall): Promise<unknown> {
    return this.batched.readOrIssue(call);
  }

  /**
   * The servers that hold keys now, as they are known after asking anew. Each refuses to be scanned unless it is known
   * to be the master.
   *
   * @internal
   */
  async masters(): Promise<readonly Master[]> {
    await this.gate.pass();
    try {
      await this.nodes.refresh();
    } catch (error) {
      throw this.fault(error);
    }
    await this.nodes.settled();
    return this.nodes.all().map((server) => server.scanned());
  }

  /**
   * Begins to connect, so that the first operation need not. Resolves when the first attempt to connect and to vet has
   * ended, either way, and never rejects: a server that is not there is looked for until `close`.
   */
  async connect(): Promise<void> {
    await this.gate.attempted();
    await this.nodes.settled();
  }

  /** What is known of each server now. Answered from memory. */
  servers(): readonly RedisServerState[] {
    return this.nodes.all().map(({ state }) => state);
  }

  /** Closes our connection, once, and never fails: a server that does not answer is left without a word. */
  close(): Promise<void> {
    this.closing ??= this.disconnect();
    return this.closing;
  }

  /** Adds one promise to that of the client. */
  private send(name: string, durable: boolean, send: Send<unknown>): Promise<unknown> {
    try {
      return this.nodes.route(name, durable, send).catch(this.rethrow);
    } catch (cause) {
      return Promise.reject(this.fault(cause));
    }
  }

  private async disconnect(): Promise<void> {
    const quit = this.gate.isOpen;
    this.gate.close();
    this.persistence.close();
    this.stopMarking();
    if (quit) await withinQuitTime(Promise.allSettled(this.nodes.all().map((server) => server.quit())));
    this.nodes.close();
  }

  private readonly rethrow = (cause: unknown): never => {
    throw this.fault(cause);
  };

  private fault(cause: unknown): Error {
    const error = toCacheError(this.needed.explained(asError(cause)), this.where);
    if (isLoss(error) && this.gate.isOpen && this.nodes instanceof ClusterServers) this.nodes.refreshSoon();
    return error;
  }
}
