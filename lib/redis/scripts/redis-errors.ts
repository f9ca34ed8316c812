import { CasCacheError, CasTimeoutError, CasUnavailableError } from '../../errors.js';
import { RefusedCommandError } from './refused-command.js';

// ioredis has no codes: what its errors mean is told by their name and by the first word of a server's reply.

/** Replies of a server that cannot serve the command now, or is not the one to ask. */
const NOT_NOW = new Set(
  'LOADING BUSY CLUSTERDOWN MASTERDOWN READONLY NOREPLICAS TRYAGAIN MOVED ASK MISCONF'.split(' '),
);

/**
 * The first word of a reply. Before Redis 7, what a command of a script was answered stands inside of the text: `ERR
 * Error running script (call to f_…): @user_script:2: @user_script: 2: -READONLY You can't write …`.
 */
export function replyCode(error: Error): string {
  const [, code = ''] = /^(?:ERR Error running script .*?: -)?([A-Z]+)\b/s.exec(error.message) ?? [];
  return code;
}

/** A reply of the server, as against a failure to get one. */
function isReply(error: Error): boolean {
  return error.name === 'ReplyError';
}

/**
 * The error as the contracts want it: `CasTimeoutError`, `CasUnavailableError`, or, for a reply that refuses the
 * command itself (`OOM …`, an error in a script), the reply as it is. `where` names the server.
 */
export function toCacheError(cause: unknown, where: string): Error {
  const error = withoutCommands(cause instanceof Error ? cause : new Error(String(cause)));
  if (error instanceof CasCacheError || error instanceof TypeError || error instanceof RangeError) return error;
  if (error.message === 'Command timed out') {
    return new CasTimeoutError(
      `${where} did not answer within the client's commandTimeout: raise it, or leave it out.`,
      {
        cause: error,
      },
    );
  }
  if (isReply(error) && !NOT_NOW.has(replyCode(error))) return error;
  return unavailable(where, error);
}

export function unavailable(where: string, cause?: Error): CasUnavailableError {
  if (cause instanceof RefusedCommandError) {
    return new CasUnavailableError(`${where} cannot be used by the cache: ${cause.message}.`, {
      cause: withoutCommands(cause),
    });
  }
  const reason = cause === undefined ? 'no connection yet' : sayable(where, withoutCommands(cause));
  return new CasUnavailableError(
    `${where} cannot be used now (${reason}). Check that it runs and that host, port, TLS and credentials given to the ` +
      'client are right. Reads miss until it answers; the client reconnects by itself.',
    { cause },
  );
}

/** ioredis names a stream and an option that its user never set; a node of a Cluster, an address and no remedy. */
function sayable(where: string, error: Error): string {
  const { message } = error;
  if (replyCode(error) === 'MOVED' && !where.startsWith('Redis Cluster')) {
    return 'it is one node of a Redis Cluster, and the key is on another: give the Cluster, as in redis: { nodes: [{ host, port }] }';
  }
  return message.startsWith("Stream isn't writeable") ? 'the connection was lost' : message;
}

/**
 * Takes the arguments of commands from an error of ioredis, and from those that hang on it. That of a refused AUTH has
 * user and password, which a hook that logs the error would print.
 */
function withoutCommands(error: Error): Error {
  const own = error as { command?: unknown; lastNodeError?: unknown };
  if (typeof own.command === 'object' && own.command !== null) {
    own.command = { name: (own.command as { name?: unknown }).name };
  }
  for (const behind of [error.cause, own.lastNodeError]) if (behind instanceof Error) withoutCommands(behind);
  return error;
}

/** Replicas did not have in time what they have to have. */
export class TooFewReplicasError extends Error {}

/** The server is full and evicts nothing (`maxmemory-policy noeviction`). */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && isReply(error) && replyCode(error) === 'OOM';
}

/**
 * A command with two keys of a slot that is moving. It was not carried out. Told also of the error made of such a
 * reply.
 */
export function isTryAgain(error: unknown): boolean {
  const reply = error instanceof CasUnavailableError ? error.cause : error;
  return reply instanceof Error && reply.message.startsWith('TRYAGAIN');
}

/**
 * A script whose key went to another node of the Cluster while it ran: its slot moves, and the script has removed the
 * key before. Told also of the error made of such a reply.
 */
export function isNonLocalKey(error: unknown): boolean {
  return error instanceof Error && isReply(error) && /script attempted to access a non local key/i.test(error.message);
}

/** Whether a server was there and refused the command, so that it may still carry out another. */
export function isRefusal(error: unknown): boolean {
  const reply = error instanceof CasUnavailableError ? error.cause : error;
  return reply instanceof Error && (isReply(reply) || reply instanceof RefusedCommandError || isTryAgain(reply));
}

/** Whether the server may be gone, or another one be the master: where it is has to be found out anew. */
export function isLoss(error: Error): boolean {
  return error instanceof CasUnavailableError && !isTryAgain(error) && !(error.cause instanceof RefusedCommandError);
}

/** EVALSHA of a script that the server does not have: it was restarted, or its scripts were flushed. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** A server older than Redis 7 takes the line `#!lua` for Lua, and that does not compile. */
export function isUnknownShebang(error: unknown): boolean {
  return error instanceof Error && /compiling script.*near '#'/i.test(error.message);
}
