import type { RedisSource } from '../redis/connection/redis-source.js';
import { UsageError } from './arguments.js';

/**
 * Where Redis is, as the parts of Redis take it.
 *
 * @throws UsageError for a URL that names no node of a Cluster. It has no part of it in its message
 */
export function sourceOf(url: string, isCluster: boolean): RedisSource {
  if (!isCluster) return url;
  const node = URL.canParse(url) ? new URL(url) : undefined;
  const tls = node?.protocol === 'rediss:' || node?.protocol === 'valkeys:';
  if (node === undefined || node.hostname === '' || !/^(redis|valkey)s?:$/.test(node.protocol)) {
    throw new UsageError('--cluster needs a URL as redis://[user:password@]host[:port].');
  }
  const { username, password } = node;
  return {
    nodes: [{ host: node.hostname.replace(/^\[|\]$/g, ''), port: Number(node.port || '6379') }],
    redisOptions: {
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(tls ? { tls: {} } : {}),
    },
  };
}
