import type { CasCacheService } from '../core/cas-cache.js';
import { makeCache } from '../core/partitioned-cache.js';
import { resolveNamespaceOptions } from '../core/options/namespace-options.js';
import type { CasCodec } from '../contracts/codec.js';
import type { CasProvider } from '../contracts/provider.js';
import { assertKey, assertNamespace } from '../keys/assert-key.js';
import { partitionPrefix } from '../keys/partition-key.js';
import { redactKey } from '../keys/redact-key.js';
import { RedisConnection } from '../redis/connection/redis-connection.js';
import { RedisGenerationStore } from '../redis/parts/redis-generation-store.js';
import { RedisProvider } from '../redis/parts/redis-provider.js';
import type { Request } from './arguments.js';
import { sourceOf } from './redis-address.js';
import { Traces } from './traces.js';
import type { KeyTraces, NamespaceTraces } from './traces.js';

/** Stands for a value whose codec is not known here. */
class Undecoded {
  readonly codec = 'unknown';
}

const NO_CODEC: CasCodec = {
  encode: () => {
    throw new Error('The command line stores no values.');
  },
  decode: () => new Undecoded(),
};

/** What a command works with: a cache over Redis, of which nothing is in this process. */
export interface Opened {
  /** The server and the database, without credentials. */
  readonly where: string;
  readonly cache: CasCacheService;
  readonly traces: NamespaceTraces;
  readonly ofKey: (key: string) => Promise<KeyTraces>;
}

/**
 * The way of one command to Redis.
 *
 * The command line does not vet the server, as an application does: vetting drops what may be out of date, and a look
 * must drop nothing. A bump needs no vetting. An announcement does, since it goes through a server that is known; the
 * processes that hold read leases have vetted that already.
 */
export class Operator {
  private readonly opened: { close(): Promise<void> }[] = [];

  /** @param warn is told what Redis cannot do */
  constructor(
    private readonly request: Request,
    private readonly warn: (message: string) => void,
  ) {}

  /** @throws UsageError, CasConfigError, CasUnavailableError */
  async connect(onFailover: 'trust' | 'drop' = 'trust'): Promise<RedisConnection> {
    const { url, isCluster, keyPrefix, waitReplicas } = this.request;
    const connection = new RedisConnection(sourceOf(url, isCluster), {
      keyPrefix,
      waitReplicas,
      onFailover,
      onWarning: this.warn,
    });
    this.opened.push(connection);
    await connection.connect();
    return connection;
  }

  /** @throws CasKeyError, and as `connect` does */
  async open(): Promise<Opened> {
    const { request } = this;
    const { namespace, partition, valueVersion, timeoutMs, names, command } = request;
    assertNamespace(namespace);
    if (command !== 'invalidate-tags') for (const key of request.names) assertKey(key, namespace);
    const first = await this.connect();
    const looks = new Traces(first, namespace);
    const whole = (key: string): string => (partition === undefined ? '' : partitionPrefix(partition)) + key;
    const keys = command === 'invalidate-tags' ? [] : names.map(whole);
    const traces = await looks.ofNamespace(keys);
    const leased = request.readLease || traces.leases;
    const connection = leased ? await this.connect('drop') : first;
    const options = resolveNamespaceOptions({
      namespace,
      valueVersion,
      timeout: timeoutMs,
      tags: request.tags || traces.tags || command === 'invalidate-tags',
      readLease: leased ? 'honour' : false,
      partition: partition === undefined ? undefined : () => partition,
    });
    const cache = makeCache(options, {
      provider: new RedisProvider(connection) as CasProvider,
      generations: new RedisGenerationStore(connection),
      codec: NO_CODEC,
      hooks: [{ events: ['warning'], onEvent: (event) => event.type === 'warning' && this.warn(event.message) }],
      redactKey: request.redact ? redactKey : (key) => JSON.stringify(key),
    });
    this.opened.push(cache);
    return { where: whereIs(connection), cache, traces, ofKey: (key) => looks.ofKey(whole(key), valueVersion) };
  }

  /** What was opened last goes first. Never fails. */
  async close(): Promise<void> {
    for (const one of this.opened.splice(0).toReversed()) await one.close().catch(() => undefined);
  }
}

/** Names the server, the database and the prefix of its keys. */
function whereIs({ where, keyPrefix, nodes, isCluster }: RedisConnection): string {
  const database = isCluster ? undefined : nodes.all()[0]?.redis.options.db;
  const prefix = keyPrefix === '' ? '' : `, key prefix "${keyPrefix}"`;
  return `${where}${database === undefined ? '' : `, database ${database}`}${prefix}`;
}
