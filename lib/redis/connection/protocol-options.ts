import type { ClusterOptions, RedisOptions } from 'ioredis';
import { now } from '../../common/timers.js';
import { replyCode } from '../scripts/redis-errors.js';

type GivenNodeOptions = NonNullable<ClusterOptions['redisOptions']>;
type NodeOptions = GivenNodeOptions & { replyMapping: 'legacy' };

/** Leaves time within a second of the server's recovery for its vetting, and for the probe of a breaker. */
const MAX_RECONNECT_MS = 250;

/** Reconnects within a second of the server's recovery, however long it was away. */
export function reconnectDelay(attempt: number): number {
  return Math.min(attempt * 50, MAX_RECONNECT_MS);
}

/** Bytes that do not come for this long while a reply is awaited mean a dead peer: the connection is made anew. */
const SOCKET_TIMEOUT_MS = 5_000;
const DISCONNECT_TIMEOUT_MS = 500;
/** Replies that were under way together. One that comes later is of a connection that is still there. */
const BURST_MS = 50;

/**
 * What a connection must be like for the protocol to hold, whatever the caller's client is like.
 *
 * The danger is a command that runs later, or elsewhere, than its caller thinks. ioredis by default queues commands
 * while it is not connected and runs them again after a lost reply, perhaps on another server.
 */
export function protocolOptions(
  given: RedisOptions,
  retryStrategy: RedisOptions['retryStrategy'],
  warn: (message: string) => void,
): RedisOptions & NodeOptions {
  return {
    ...everyConnection(given),
    // An application that is never started must have nothing open that keeps its process alive.
    lazyConnect: true,
    // Without a queue nothing is ever sent that was not asked for on this very connection.
    enableOfflineQueue: false,
    retryStrategy: tireless('retryStrategy', retryStrategy, warn),
    ...(given.sentinels && {
      // Only there does it ask what nothing else does: whether Sentinel named a master.
      enableReadyCheck: given.enableReadyCheck ?? true,
      sentinelRetryStrategy: tireless('sentinelRetryStrategy', given.sentinelRetryStrategy, warn),
    }),
  };
}

/** The same for a Cluster. Its nodes get their options from `redisOptions`. */
export function clusterProtocolOptions(
  given: ClusterOptions,
  warn: (message: string) => void,
): ClusterOptions & { redisOptions: NodeOptions } {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    keyPrefix: '',
    enableAutoPipelining: false,
    shardedSubscribers: false,
    clusterRetryStrategy: tireless('clusterRetryStrategy', given.clusterRetryStrategy, warn),
    // These two run a command again after its connection broke, or while the Cluster has no answer. A redirection
    // (MOVED, ASK) is followed: there the server says that it did not run the command.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    // A refresh under way when the client is closed would start this timer again, for ever. The slots are refreshed on
    // every redirection and every fault instead.
    slotsRefreshInterval: 0,
    redisOptions: { ...given.redisOptions, ...everyConnection(given.redisOptions ?? {}) },
  };
}

type RetryStrategy = (attempt: number) => unknown;

/**
 * The caller's delays, as far as the strategy goes. One that gives up would leave the process without its cache until
 * it ends, and nothing would notice that the server is back: from then on the delays are ours.
 */
function tireless(
  option: string,
  given: RetryStrategy | null | undefined,
  warn: (message: string) => void,
): (attempt: number) => number {
  if (given === undefined) return reconnectDelay;
  return (attempt) => {
    const delay = given?.(attempt);
    if (typeof delay === 'number' && delay >= 0) return delay;
    warn(
      `\`${option}\` of the Redis client gives up. The cache goes on to reconnect with delays of its own, ` +
        'so that it is used again when Redis is back: let the strategy return milliseconds always, or leave it out.',
    );
    return reconnectDelay(attempt);
  };
}

function everyConnection(given: GivenNodeOptions): NodeOptions {
  const { reconnectOnError } = given;
  return {
    autoResendUnfulfilledCommands: false,
    // Commands whose connection broke are rejected at once. With any other number they would wait for the next
    // connection, and since they are not sent again there, wait for ever.
    maxRetriesPerRequest: 0,
    // A master that was demoted answers READONLY: it has to be left. 2 (reconnect and send again) becomes 1.
    reconnectOnError: oncePerBurst((error) => replyCode(error) === 'READONLY' || Boolean(reconnectOnError?.(error))),
    // How long a socket may take to close. It keeps the process alive, even where there is no socket any more.
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    socketTimeout: given.socketTimeout ?? SOCKET_TIMEOUT_MS,
    // It takes INFO, which a server may not have: without it no connection would ever be ready. A server that loads its
    // data says so in answer to every command.
    enableReadyCheck: false,
    // Prefixes are put before keys here, so that patterns and hash tags can count with them.
    keyPrefix: '',
    // Would hold back and reorder commands.
    enableAutoPipelining: false,
    autoResubscribe: false,
    monitor: false,
    // The server may not know the command, and its refusal would stand in traces.
    disableClientInfo: true,
    stringNumbers: false,
    showFriendlyErrorStack: false,
    replyMapping: 'legacy',
  };
}

/**
 * Each of many commands on their way is answered with the error. ioredis, told each time, would leave as many times and
 * add a listener to the socket for each.
 */
export function oncePerBurst(wanted: (error: Error) => boolean, clock: () => number = now): (error: Error) => boolean {
  let leftAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (!wanted(error) || clock() - leftAt < BURST_MS) return false;
    leftAt = clock();
    return true;
  };
}
