import type { Cluster, ClusterNode, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import { refuseForeignClient } from '../../common/options/foreign-client.js';
import { redisAddress, refuseNodeRedisOptions } from '../../common/options/redis-address.js';
import { CasConfigError, CasMissingPeerError } from '../../errors.js';
import { ownIoredis } from './own-ioredis.js';
import { quietSentinels } from './quiet-sentinels.js';
import { clusterProtocolOptions, protocolOptions, reconnectDelay } from './protocol-options.js';

/**
 * A client of ioredis, of any supported version, or of its fork iovalkey: `Redis` (Sentinel included) or `Cluster`.
 * Only options and URLs need an ioredis that is installed.
 */
export interface RedisClientLike {
  readonly status: string;
  readonly options: object;
  duplicate(...args: never[]): unknown;
}

/** Options of a Cluster client to be made. */
export interface RedisClusterOptions extends ClusterOptions {
  /** Some nodes of the Cluster, as the first argument of ioredis' `Cluster`. */
  readonly nodes: readonly ClusterNode[];
}

/**
 * Where Redis is: a client, options, or a URL (`redis://`, `rediss://` for TLS, `valkey://`, `valkeys://`, `unix://`)
 * with user and password percent-encoded.
 *
 * A client is a template: connections of our own are made with its options, changed where the protocol needs it, and
 * the client itself is neither used nor closed.
 */
export type RedisSource = string | RedisClientLike | RedisOptions | RedisClusterOptions;

export interface OpenedClient {
  readonly client: Redis | Cluster;
  /** The prefix of the caller's client, which ours no longer has. */
  readonly keyPrefix: string;
  /** Names the server in messages. Never has credentials. */
  readonly where: string;
}

/** @throws CasConfigError for what cannot be connected to, and for a client or options that would read from replicas */
export function openClient(source: unknown, warn: (message: string) => void = () => undefined): OpenedClient {
  const template = templateOf(source);
  return isCluster(template) ? openCluster(template, warn) : openRedis(template, warn);
}

function openRedis(template: Redis, warn: (message: string) => void): OpenedClient {
  const { options } = template;
  if (options.sentinels && options.role === 'slave') {
    throw new CasConfigError('A Sentinel client with role "slave" reads from replicas, which lag: leave `role` out.');
  }
  if (options.readOnly) {
    throw new CasConfigError('A client with `readOnly` reads from replicas, which lag: leave it out.');
  }
  return {
    client: template.duplicate({
      ...protocolOptions(options, ownRetryStrategy(template), warn),
      ...quietSentinels(template),
    }),
    keyPrefix: prefixOf(options.keyPrefix),
    where: whereIs(options),
  };
}

/** The caller's retryStrategy, if it is not what the caller's version of ioredis puts there by itself. */
function ownRetryStrategy(template: Redis): RedisOptions['retryStrategy'] {
  const { retryStrategy } = template.options;
  const standard = template.duplicate({ retryStrategy: undefined, lazyConnect: true }).options.retryStrategy;
  return retryStrategy === standard ? undefined : retryStrategy;
}

function openCluster(template: Cluster, warn: (message: string) => void): OpenedClient {
  const { options } = template;
  if (options.scaleReads !== undefined && options.scaleReads !== 'master') {
    throw new CasConfigError(
      'A Cluster client with `scaleReads` reads from replicas, which lag: leave it out, or set it to "master".',
    );
  }
  if (options.redisOptions?.db) {
    throw new CasConfigError(
      'A Redis Cluster has database 0 only: leave `redisOptions.db` out, use a keyPrefix instead.',
    );
  }
  const { startupNodes } = template as unknown as { startupNodes?: readonly ClusterNode[] };
  const client = template.duplicate([], clusterProtocolOptions(options, warn));
  return {
    client,
    keyPrefix: prefixOf(options.keyPrefix ?? options.redisOptions?.keyPrefix),
    where: `Redis Cluster of ${(startupNodes ?? []).slice(0, 3).map(nodeName).join(', ')}`,
  };
}

/** For messages. */
const SOURCE = 'The `redis` option';

/** A node that is given as text is a URL too. */
function nodeAddress(node: ClusterNode): ClusterNode {
  if (typeof node !== 'string' || !node.includes('://')) return node;
  return redisAddress(node, 'A node of the Cluster') as ClusterNode;
}

/**
 * A client that is not connected: the caller's, or one made to be duplicated, which holds nothing that needs closing.
 */
function templateOf(source: unknown): Redis | Cluster {
  if (typeof source === 'object' && source !== null) refuseForeignClient(source, SOURCE);
  if (isClient(source)) return source;
  try {
    if (typeof source === 'string') {
      const address = redisAddress(source, SOURCE);
      const options = { lazyConnect: true, retryStrategy: reconnectDelay };
      const { Redis } = ownIoredis();
      return typeof address === 'string' ? new Redis(address, options) : new Redis({ ...address, ...options });
    }
    if (isOptions(source)) {
      refuseNodeRedisOptions(source, SOURCE);
      const { Cluster, Redis } = ownIoredis();
      if (!('nodes' in source)) return new Redis({ ...source, replyMapping: 'legacy', lazyConnect: true });
      const { nodes, ...options } = source;
      const redisOptions = { ...options.redisOptions, replyMapping: 'legacy' as const };
      const { clusterRetryStrategy = reconnectDelay } = options;
      return new Cluster(nodes.map(nodeAddress), { ...options, redisOptions, clusterRetryStrategy, lazyConnect: true });
    }
  } catch (cause) {
    if (cause instanceof CasConfigError || cause instanceof CasMissingPeerError) throw cause;
    // What it says of a URL may have a password in it.
    if (typeof source === 'string') throw new CasConfigError('ioredis cannot read the URL of Redis: check its parts.');
    throw new CasConfigError(`ioredis refuses the options for Redis: ${(cause as Error).message}.`, { cause });
  }
  throw new CasConfigError(
    `Redis is given as an ioredis client (Redis or Cluster), as its options, or as a redis:// URL, and this is ${kindOf(source)}.`,
  );
}

/** node-redis clients have `duplicate` too, but neither `status` nor `pipeline`. */
function isClient(source: unknown): source is Redis | Cluster {
  if (typeof source !== 'object' || source === null) return false;
  const { duplicate, pipeline, status } = source as Partial<Record<'duplicate' | 'pipeline' | 'status', unknown>>;
  return typeof duplicate === 'function' && typeof pipeline === 'function' && typeof status === 'string';
}

export function isCluster(client: Redis | Cluster): client is Cluster {
  return client.isCluster;
}

/** A plain object: everything else with state is a client of another library, or a mistake. */
function isOptions(source: unknown): source is RedisOptions | RedisClusterOptions {
  if (typeof source !== 'object' || source === null) return false;
  const prototype: unknown = Object.getPrototypeOf(source);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function prefixOf(prefix: unknown): string {
  if (prefix === undefined || prefix === null) return '';
  if (typeof prefix === 'string') return prefix;
  throw new CasConfigError('The keyPrefix of the Redis client has to be a string.');
}

function whereIs(options: RedisOptions): string {
  if (options.sentinels) return `Redis master "${options.name}" (by Sentinel)`;
  return `Redis at ${options.path ?? `${options.host}:${options.port}`}`;
}

function nodeName(node: ClusterNode): string {
  if (typeof node === 'number') return `port ${node}`;
  if (typeof node === 'object') return `${node.host}:${node.port}`;
  // A URL may have a password in it.
  return node.replace(/^.*@|^rediss?:\/\//, '').replace(/[/?].*$/, '');
}

function kindOf(source: unknown): string {
  if (source === null || source === undefined) return String(source);
  if (typeof source === 'string') return 'a text that is neither';
  if (typeof source !== 'object') return `of type ${typeof source}`;
  return Array.isArray(source) ? 'an array (a Cluster is { nodes: [...] })' : 'an object of another kind';
}
