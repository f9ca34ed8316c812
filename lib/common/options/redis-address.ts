import { CasConfigError } from '../../errors.js';

/** Where a Unix socket is, in the options of ioredis. */
export interface RedisSocketAddress {
  readonly path: string;
  readonly db?: number;
  readonly username?: string;
  readonly password?: string;
}

const SCHEMES: Readonly<Record<string, string>> = {
  redis: 'redis',
  rediss: 'rediss',
  valkey: 'redis',
  valkeys: 'rediss',
};

/** Parts of a URL in which nothing is left to be encoded: user and password, host, port, database, options. */
const ENCODED = /^(?:(?:[^%/?#@]|%[\da-f]{2})*@)?(?:\[[\da-f:.]*\]|[^:/?#@[\]]*)(?::\d+)?(?:\/[^?#@]*)?(?:\?[^#@]*)?$/i;
const SOCKET = /^(?:(?<auth>(?:[^%/?#@]|%[\da-f]{2})*)@)?(?<path>\/[^?#@]+)(?:\?db=(?<db>\d+))?$/i;

/**
 * The address that a text gives, as ioredis takes it. No part of the text is in any error: a password that is not
 * encoded as it should be can be anywhere in it.
 *
 * @param owner whose option it is
 * @throws CasConfigError for a text that is no URL of a Redis, and for a user or password that is not percent-encoded
 */
export function redisAddress(text: string, owner: string): string | RedisSocketAddress {
  if (text.startsWith('/')) return text;
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme.toLowerCase() === 'unix') return socketAddress(rest, owner);
  const known = SCHEMES[scheme.toLowerCase()];
  if (known === undefined) {
    throw new CasConfigError(
      `${owner} is a text that is no URL of a Redis: begin it with redis://, rediss:// (TLS), valkey://, valkeys:// or unix://.`,
    );
  }
  if (!ENCODED.test(rest)) throw badUrl(rest, owner);
  return `${known}://${rest}`;
}

function socketAddress(rest: string, owner: string): RedisSocketAddress {
  const { auth, path, db } = SOCKET.exec(rest)?.groups ?? {};
  if (path === undefined) throw badUrl(rest, owner);
  const [username, password] = auth === undefined ? [] : splitOnce(auth);
  return {
    path: decodeURIComponent(path),
    ...(db === undefined ? {} : { db: Number(db) }),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
}

function splitOnce(auth: string): [string, string] {
  const colon = auth.indexOf(':');
  return colon === -1 ? [auth, ''] : [auth.slice(0, colon), auth.slice(colon + 1)];
}

function badUrl(rest: string, owner: string): CasConfigError {
  return new CasConfigError(
    rest.includes('@')
      ? `${owner} is a URL whose user or password is not percent-encoded, so where the host begins cannot be told: write encodeURIComponent(password) in it (@ is %40, / is %2F, # is %23, % is %25), or give the options { host, port, username, password }.`
      : `${owner} is a URL that cannot be read: write redis://[user:password@]host[:port][/database], with user and password percent-encoded.`,
  );
}

/** How node-redis calls what ioredis, and so this package, calls otherwise. */
const NODE_REDIS: Readonly<Record<string, string>> = {
  url: "`redis` itself may be the URL: redis: 'redis://…'",
  socket: 'give { host, port, tls } themselves',
  rootNodes: 'give { nodes: [{ host, port }, …] }',
};

/**
 * Refuses options in the spelling of node-redis, of which ioredis knows nothing: it would connect to localhost in
 * silence.
 *
 * @throws CasConfigError
 */
export function refuseNodeRedisOptions(options: object, owner: string): void {
  for (const [name, right] of Object.entries(NODE_REDIS)) {
    if ((options as Readonly<Record<string, unknown>>)[name] === undefined) continue;
    throw new CasConfigError(
      `${owner} has the option "${name}" of node-redis, and this package uses ioredis: ${right}.`,
    );
  }
}
